import { Button, Select, Textarea } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { humanise } from '../kit/format.ts';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { PictureDrop } from '../kit/picture/picture-drop.tsx';
import { usePictureUpload } from '../kit/picture/use-picture-upload.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import { systemQuery } from '../settings/system-query.ts';
import { ExampleChips } from './example-chips.tsx';
import { LayerGates } from './layer-gates.tsx';
import { layerSteps } from './layer-steps.ts';
import { TrialResult } from './trial-result.tsx';
import classes from './try-page.module.css';
import { type TrialContent, useTrial } from './use-trial.ts';

const surfaces = ['comment', 'chat', 'post', 'profile', 'direct_message', 'live', 'upload', 'ai_response'];
/** Layers 1 and 2 ship with the product; the others count once a detector of theirs is reported. */
const shipped = [1, 2];

export const TryPage = () => {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [surface, setSurface] = useState('comment');
  const field = useRef<HTMLTextAreaElement>(null);
  const { trial, run } = useTrial();
  const { data: system } = useQuery(systemQuery);
  const configured = useMemo(
    () => new Set([...shipped, ...(system?.detectors ?? []).map((detector) => detector.layer)]),
    [system],
  );
  const { picture, send: sendPicture, remove: removePicture } = usePictureUpload();
  const chooser = useRef<HTMLButtonElement>(null);
  const uploading = picture !== null && picture.media === null && picture.error === null;
  const start = (content: Omit<TrialContent, 'surface'>) => {
    if (uploading) return;
    if (content.text.trim() === '' && content.media === null) return field.current?.focus();
    void run({ surface, ...content });
  };
  const startWhatIsThere = () => start({ text, media: picture?.media ?? null });
  const group = t('nav.tryIt');
  useShortcut({ keys: 'Mod+Enter', label: t('tryIt.run'), group, inFields: true, run: startWhatIsThere });
  useShortcut({ keys: 'e', label: t('tryIt.edit'), group, run: () => field.current?.focus() });
  useShortcut({ keys: 'p', label: t('picture.choose'), group, run: () => chooser.current?.click() });
  return (
    <Page title={t('tryIt.title')} text={t('tryIt.text')}>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel>
            <Textarea
              ref={field}
              label={t('tryIt.label')}
              placeholder={t('tryIt.placeholder')}
              autosize
              minRows={4}
              maxRows={12}
              size="md"
              value={text}
              dir="auto"
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <div className={classes.picture}>
              <PictureDrop
                picture={picture}
                onFile={(file) => void sendPicture(file)}
                onRemove={removePicture}
                hint={t('tryIt.pictureHint')}
                takesPaste
                button={chooser}
              />
            </div>
            <div className={classes.controls}>
              <Select
                aria-label={t('tryIt.surface')}
                data={surfaces.map((value) => ({ value, label: humanise(value) }))}
                value={surface}
                onChange={(value) => setSurface(value ?? 'comment')}
                allowDeselect={false}
                w={170}
              />
              <Button
                leftSection={<IconPlayerPlayFilled size={14} aria-hidden />}
                rightSection={<Keys keys="Mod+Enter" />}
                onClick={startWhatIsThere}
                loading={trial.state === 'running' || uploading}
              >
                {t('tryIt.run')}
              </Button>
            </div>
            <ExampleChips
              onPick={(example) => {
                setText(example);
                removePicture();
                start({ text: example, media: null });
              }}
            />
          </Panel>
          <Panel title={t('tryIt.layers')}>
            <LayerGates steps={layerSteps(trial, configured)} />
          </Panel>
        </div>
        <div className={classes.column} aria-live="polite" aria-busy={trial.state === 'running'}>
          {trial.state === 'failed' ? <ProblemNotice error={trial.error} onRetry={() => start(trial.content)} /> : null}
          <TrialResult trial={trial} picture={picture} layers={configured} />
        </div>
      </div>
    </Page>
  );
};
