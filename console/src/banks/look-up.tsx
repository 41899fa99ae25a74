import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconFingerprintScan, IconZoomQuestion } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MediaAnswer } from '#contracts/media.ts';
import table from '../kit/data-table.module.css';
import { Nearness } from '../kit/decision/hash-matches.tsx';
import { EmptyState } from '../kit/empty-state.tsx';
import { whenNumber } from '../kit/number-from.ts';
import { Panel } from '../kit/panel.tsx';
import { PictureDrop } from '../kit/picture/picture-drop.tsx';
import { usePictureUpload } from '../kit/picture/use-picture-upload.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import classes from './banks.module.css';
import { type Found, lookUpHash, lookUpPicture } from './look-up-queries.ts';
import { type ParsedHash, parseHash, type SixtyFour } from './parse-hashes.ts';

type Asked = { readonly hash: ParsedHash; readonly distance: number } | { readonly media: MediaAnswer };

const Results = ({ found }: { found: readonly Found[] }) => {
  const { t, i18n } = useTranslation();
  if (found.length === 0) {
    return (
      <Panel>
        <EmptyState icon={IconZoomQuestion} title={t('lookUp.noneTitle')} text={t('lookUp.noneText')} />
      </Panel>
    );
  }
  const effect = (behaviour: string) => i18n.t(`bankEffects.${behaviour}` as 'bankEffects.none');
  return (
    <Panel title={t('lookUp.found', { count: new Set(found.map(({ bankId }) => bankId)).size })} flush>
      <div className={table.scroll}>
        <table className={table.table} aria-label={t('lookUp.results')}>
          <thead>
            <tr>
              <th scope="col">{t('banks.name')}</th>
              <th scope="col">{t('banks.kind')}</th>
              <th scope="col">{t('banks.nearness')}</th>
              <th scope="col">{t('banks.effect')}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((match) => (
              <tr key={`${match.bankId}${match.algorithm}`}>
                <td>
                  <Link to="/banks/bank/$bankId/{-$tab}" params={{ bankId: match.bankId }}>
                    {match.name}
                  </Link>
                </td>
                <td>{match.kind === null ? '–' : t(`bankKinds.${match.kind}.name`)}</td>
                <td className={table.nowrap}>
                  <Nearness algorithm={match.algorithm} distance={match.distance} />
                </td>
                <td>{match.quarantined ? t('lookUp.quarantined') : effect(match.behaviour)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
};

/** Asks every bank about a hash or a picture. Nothing is recorded. */
export const LookUp = () => {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [sixtyFour, setSixtyFour] = useState<SixtyFour>('pdq');
  const [distance, setDistance] = useState(31);
  const { picture, send, remove } = usePictureUpload();
  const hash = parseHash(text, sixtyFour);
  const ask = useMutation({
    mutationFn: (asked: Asked) =>
      'media' in asked ? lookUpPicture(asked.media) : lookUpHash(asked.hash, asked.distance),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (hash !== null) ask.mutate({ hash, distance });
  };
  const takePicture = async (file: File) => {
    ask.reset();
    const media = await send(file);
    if (media !== null) ask.mutate({ media });
  };
  return (
    <div className={classes.stack}>
      <Panel>
        <form onSubmit={submit} className={classes.lookUp}>
          <TextInput
            data-search
            className={classes.lookUpHash}
            label={t('lookUp.hash')}
            description={t('lookUp.hashHint')}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            error={text.trim() !== '' && hash === null ? t('lookUp.noHash') : null}
            classNames={{ input: classes.text }}
          />
          <Select
            label={t('banks.sixtyFour')}
            allowDeselect={false}
            data={(['pdq', 'sha256'] as const).map((value) => ({ value, label: t(`hashAlgorithms.${value}`) }))}
            value={sixtyFour}
            onChange={(value) => setSixtyFour(value === 'sha256' ? 'sha256' : 'pdq')}
          />
          <NumberInput
            label={t('banks.maximumDistance')}
            min={0}
            max={31}
            allowDecimal={false}
            value={distance}
            onChange={whenNumber(setDistance)}
          />
          <Button
            type="submit"
            disabled={hash === null}
            loading={ask.isPending}
            leftSection={<IconFingerprintScan size={17} aria-hidden />}
          >
            {t('lookUp.ask')}
          </Button>
        </form>
        <div className={classes.lookUpPicture}>
          <PictureDrop
            picture={picture}
            onFile={(file) => void takePicture(file)}
            onRemove={() => {
              remove();
              ask.reset();
            }}
            hint={t('lookUp.pictureHint')}
            takesPaste
          />
        </div>
      </Panel>
      <div aria-live="polite" aria-busy={ask.isPending}>
        {ask.error === null ? null : <ProblemNotice error={ask.error} />}
        {ask.data === undefined ? null : <Results found={ask.data} />}
      </div>
    </div>
  );
};
