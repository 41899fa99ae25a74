import { Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LabelReport, ModelReport } from '#contracts/models.ts';
import { count, humanise, score } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { measure } from './figures.ts';
import classes from './models.module.css';
import { ReliabilityChart } from './reliability-chart.tsx';
import { SlicesTable } from './slices-table.tsx';
import { ThresholdExplorer } from './threshold-explorer.tsx';

/** Below this many violating items figures jump with every single one. */
const fewPositives = 50;

const Headline = ({ report }: { report: LabelReport }) => {
  const { t } = useTranslation();
  const { headline, positives } = report;
  const facts = [
    ['items', count(report.count)],
    ['positives', count(positives)],
    ['auprc', measure(headline.auprc)],
    ['rocAuc', measure(headline.rocAuc)],
    [
      'bestF1',
      headline.bestF1 === null
        ? '–'
        : t('models.headline.at', { f1: score(headline.bestF1.f1), at: score(headline.bestF1.threshold) }),
    ],
    ['ece', measure(headline.ece)],
  ] as const;
  return (
    <dl className={classes.headline}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`models.headline.${name}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

const Cautions = ({ report, label }: { report: ModelReport; label: LabelReport }) => {
  const { t } = useTranslation();
  const missing = report.notScored.filter((entry) => entry.label === label.label);
  const notes = [
    ...(label.positives < fewPositives ? [t('models.fewPositives', { count: label.positives })] : []),
    ...(label.label === 'misinformation' ? [t('models.misinformation')] : []),
    ...report.cautions,
    ...missing.map(({ count: items }) => t('models.withoutScore', { count: items })),
  ];
  return (
    <ul className={classes.cautions}>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
};

interface ReportViewProps {
  readonly report: ModelReport;
  readonly anyBaseRate: boolean;
}

/** An evaluation to look into: one label at a time, its thresholds to be moved. */
export const ReportView = ({ report, anyBaseRate }: ReportViewProps) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { label: asked } = useSearch({ strict: false });
  const label = report.labels.find((candidate) => candidate.label === asked) ?? report.labels[0];
  if (label === undefined) return null;
  return (
    <div className={classes.stack}>
      <div className={classes.choice}>
        <Select
          label={t('models.chooseLabel')}
          allowDeselect={false}
          data={(['category', 'attribute'] as const)
            .map((kind) => ({
              group: t(`models.kindsOfLabel.${kind}`),
              items: report.labels
                .filter((candidate) => candidate.kind === kind)
                .map((candidate) => ({ value: candidate.label, label: humanise(candidate.label) })),
            }))
            .filter(({ items }) => items.length > 0)}
          value={label.label}
          onChange={(value) =>
            void navigate({ to: '.', search: (before) => ({ ...before, label: value ?? undefined }), replace: true })
          }
        />
        <Headline report={label} />
      </div>
      <ThresholdExplorer key={label.label} report={label} anyBaseRate={anyBaseRate} />
      <div className={classes.twoColumns}>
        <Panel title={t('models.reliability.title')}>
          <p className={classes.hint}>{t('models.reliability.text')}</p>
          <ReliabilityChart label={humanise(label.label)} report={label} />
        </Panel>
        <Panel title={t('models.measured')}>
          <p className={classes.measured}>{report.measuredOn}</p>
          <Cautions report={report} label={label} />
        </Panel>
      </div>
      <SlicesTable slices={label.slices} />
    </div>
  );
};
