import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PartMedia } from '#contracts/media.ts';
import { CopyText } from '../copy-text.tsx';
import { bytes, count } from '../format.ts';
import classes from './picture-facts.module.css';

/** At this quality or less a PDQ hash says too little to be matched. */
const weakQuality = 49;

const Hash = ({ name, value, note, label }: { name: string; value: string; note?: string; label: string }) => (
  <div className={classes.hash}>
    <dt>{name}</dt>
    <dd>
      <code>{value}</code>
      <CopyText text={value} label={label} />
      {note === undefined ? null : <span className={classes.note}>{note}</span>}
    </dd>
  </div>
);

/** What is known of a picture's file without looking at it. What the file says of itself is called a claim. */
export const PictureFacts = ({ media, open = false }: { media: PartMedia; open?: boolean }) => {
  const { t } = useTranslation();
  const { type, width, height, frames, claims, signs, pdq, sha256 } = media;
  const facts: [string, string][] = [
    ...(type === null ? [] : [[t('picture.type'), type] as [string, string]]),
    ...(media.bytes === null ? [] : [[t('picture.fileSize'), bytes(media.bytes)] as [string, string]]),
    ...(width === null || height === null
      ? []
      : [
          [t('picture.dimensions'), t('picture.size', { width: count(width), height: count(height) })] as [
            string,
            string,
          ],
        ]),
    ...(frames === null ? [] : [[t('picture.framesName'), count(frames)] as [string, string]]),
    ...(claims?.createdAt === undefined ? [] : [[t('picture.claims.createdAt'), claims.createdAt] as [string, string]]),
    ...(claims?.camera === undefined ? [] : [[t('picture.claims.camera'), claims.camera] as [string, string]]),
    ...(claims?.software === undefined ? [] : [[t('picture.claims.software'), claims.software] as [string, string]]),
    ...(claims === null
      ? []
      : [
          [t('picture.claims.position'), claims.hasPosition ? t('picture.claims.hasPosition') : t('no')] as [
            string,
            string,
          ],
        ]),
  ];
  if (facts.length === 0 && sha256 === null) return null;
  return (
    <details className={classes.details} open={open}>
      <summary className={classes.summary}>
        {t('picture.facts')}
        {signs.length === 0 ? null : (
          <span className={classes.signs}>
            {signs.map((sign) => (
              <Badge key={sign} variant="default" size="sm" tt="none" fw={600} className={classes.sign}>
                {t(`fileSigns.${sign}`)}
              </Badge>
            ))}
          </span>
        )}
      </summary>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <dl className={classes.hashes}>
        {sha256 === null ? null : <Hash name="SHA-256" value={sha256} label={t('picture.copySha256')} />}
        {pdq === null ? null : (
          <Hash
            name="PDQ"
            value={pdq.hash}
            label={t('picture.copyPdq')}
            note={t(pdq.quality > weakQuality ? 'picture.quality' : 'picture.qualityWeak', { quality: pdq.quality })}
          />
        )}
      </dl>
    </details>
  );
};
