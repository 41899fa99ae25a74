import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowsMinimize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Keys } from '../shortcuts/keys.tsx';
import { useShortcut } from '../shortcuts/use-shortcut.ts';
import type { PictureSettings } from './picture-settings.ts';
import classes from './picture-viewer.module.css';

interface PictureToolbarProps {
  readonly settings: PictureSettings;
  /** CSS pixels for one of the picture. */
  readonly scale: number;
  readonly zoomed: boolean;
  readonly hasMarks: boolean;
  readonly onLarger: () => void;
  readonly onSmaller: () => void;
  readonly onFit: () => void;
}

const Toggle = ({
  label,
  keys,
  pressed,
  onToggle,
}: {
  label: string;
  keys: string;
  pressed: boolean;
  onToggle: () => void;
}) => (
  <Button
    size="compact-sm"
    variant={pressed ? 'light' : 'default'}
    aria-pressed={pressed}
    onClick={onToggle}
    rightSection={<Keys keys={keys} />}
  >
    {label}
  </Button>
);

/** How an uncovered picture is looked at; each by key, too. */
export const PictureToolbar = (props: PictureToolbarProps) => {
  const { t } = useTranslation();
  const { settings, scale, zoomed, hasMarks, onLarger, onSmaller, onFit } = props;
  const group = t('picture.group');
  useShortcut({ keys: 'v', label: t('picture.marks'), group, active: hasMarks, run: settings.toggleMarked });
  useShortcut({ keys: 'm', label: t('picture.grey'), group, run: settings.toggleGrey });
  useShortcut({ keys: 'l', label: t('picture.blur'), group, run: settings.toggleBlurred });
  useShortcut({ keys: '+', label: t('picture.larger'), group, run: onLarger });
  useShortcut({ keys: '-', label: t('picture.smaller'), group, run: onSmaller });
  useShortcut({ keys: '0', label: t('picture.fit'), group, run: onFit });
  const zoom = (label: string, keys: string, Glyph: typeof IconZoomIn, run: () => void, disabled = false) => (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon variant="default" size={26} aria-label={label} onClick={run} disabled={disabled}>
        <Glyph size={16} stroke={1.8} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t('picture.group')}>
      {hasMarks ? (
        <Toggle label={t('picture.marks')} keys="v" pressed={settings.marked} onToggle={settings.toggleMarked} />
      ) : null}
      <Toggle label={t('picture.grey')} keys="m" pressed={settings.grey} onToggle={settings.toggleGrey} />
      <Toggle label={t('picture.blur')} keys="l" pressed={settings.blurred} onToggle={settings.toggleBlurred} />
      <span className={classes.zoom}>
        {zoom(t('picture.smaller'), '-', IconZoomOut, onSmaller, !zoomed)}
        <span className={`${classes.scale} tabular`}>{Math.round(scale * 100)} %</span>
        {zoom(t('picture.larger'), '+', IconZoomIn, onLarger)}
        {zoom(t('picture.fit'), '0', IconArrowsMinimize, onFit, !zoomed)}
      </span>
    </div>
  );
};
