import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Decision } from '#contracts/decision.ts';
import { titlePartId } from '#contracts/item.ts';
import type { ItemDetail } from '#contracts/items-api.ts';
import { findingsOf } from '../kit/evidence-segments.ts';
import { EvidenceText } from '../kit/evidence-text.tsx';
import { labelsInQuestion, textPieces } from '../kit/explanation/explained-parts.ts';
import { ExplanationBar } from '../kit/explanation/explanation-bar.tsx';
import { ExplanationButton } from '../kit/explanation/explanation-button.tsx';
import { useExplanation } from '../kit/explanation/use-explanation.ts';
import { dateTime } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { ThreadView } from '../queue/thread-view.tsx';
import classes from './item-content-view.module.css';

/** The content of the version that the chosen decision is about, with its evidence; any other version on request. */
export const ItemContentView = ({ item, decision }: { item: ItemDetail; decision: Decision | undefined }) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = chosen ?? decision?.itemVersion ?? item.version;
  const version = item.versions.find((candidate) => candidate.version === shown);
  const content = version?.content ?? (shown === item.version ? item.content : null);
  const trace = decision?.itemVersion === shown ? decision.trace : [];
  const explanation = useExplanation(content === null ? [] : textPieces(content), {
    labels: labelsInQuestion(decision?.itemVersion === shown ? decision.assessments : [], trace),
    group: t('item.title'),
  });
  return (
    <Panel
      title={t('item.content')}
      aside={
        <span className={classes.actions}>
          <ExplanationButton explanation={explanation} />
          {item.versions.length < 2 ? null : (
            <Select
              size="xs"
              w={150}
              aria-label={t('item.version')}
              allowDeselect={false}
              value={String(shown)}
              onChange={(value) => setChosen(value === null ? null : Number(value))}
              data={item.versions.map((candidate) => ({
                value: String(candidate.version),
                label: t('item.versionNumber', { version: candidate.version }),
              }))}
            />
          )}
        </span>
      }
    >
      {content === null ? (
        <p className={classes.gone}>{t('item.gone')}</p>
      ) : (
        <div className={classes.material}>
          {content.title === undefined ? null : (
            <p className={classes.title}>
              <EvidenceText
                text={content.title}
                findings={explanation.findings(titlePartId, findingsOf(trace, titlePartId))}
              />
            </p>
          )}
          {content.parts
            .filter((part) => part.kind === 'text')
            .map((part) => (
              <p key={part.id} className={classes.text}>
                <EvidenceText text={part.text} findings={explanation.findings(part.id, findingsOf(trace, part.id))} />
              </p>
            ))}
          {content.parts.every((part) => part.kind !== 'text') && content.title === undefined ? (
            <p className={classes.gone}>{t('item.onlyPictures')}</p>
          ) : null}
          {content.thread === undefined ? null : <ThreadView thread={content.thread} />}
        </div>
      )}
      <ExplanationBar explanation={explanation} />
      {version === undefined ? null : (
        <p className={classes.when}>
          <time dateTime={version.createdAt}>{dateTime(version.createdAt)}</time>
        </p>
      )}
    </Panel>
  );
};
