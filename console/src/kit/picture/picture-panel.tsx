import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartMedia } from '#contracts/media.ts';
import type { Signal } from '#contracts/signal.ts';
import { Panel } from '../panel.tsx';
import { useShortcut } from '../shortcuts/use-shortcut.ts';
import { PictureGallery } from './picture-gallery.tsx';
import { PictureViewer, type ShownPicture } from './picture-viewer.tsx';
import { RevealButton } from './reveal-button.tsx';

const useReveal = (canReveal: boolean) => {
  const { t } = useTranslation();
  const [revealed, setRevealed] = useState(false);
  const toggle = () => setRevealed((before) => !before);
  useShortcut({ keys: 'Space', label: t('desk.reveal'), group: t('picture.group'), active: canReveal, run: toggle });
  return { revealed, button: canReveal ? <RevealButton revealed={revealed} onReveal={toggle} /> : null };
};

/** The pictures of a recorded item, with a cover of their own. */
export const PicturePanel = ({ media, trace }: { media: readonly PartMedia[]; trace: readonly Signal[] }) => {
  const { t } = useTranslation();
  const { revealed, button } = useReveal(media.some(({ preview }) => preview !== null));
  return (
    <Panel title={t('picture.title', { count: media.length })} aside={button}>
      <PictureGallery media={media} trace={trace} revealed={revealed} coverText={t('picture.coveredLogged')} />
    </Panel>
  );
};

/** The picture of a trial. */
export const TrialPicturePanel = ({ picture, trace }: { picture: ShownPicture; trace: readonly Signal[] }) => {
  const { t } = useTranslation();
  const { revealed, button } = useReveal(true);
  return (
    <Panel title={t('picture.title', { count: 1 })} aside={button}>
      <PictureViewer picture={picture} trace={trace} revealed={revealed} coverText={t('desk.covered')} />
    </Panel>
  );
};
