import { useTranslation } from 'react-i18next';
import type { Model } from '#contracts/models.ts';
import { CategoryTags } from '../kit/category-tag.tsx';
import table from '../kit/data-table.module.css';
import { bytes, count, date, humanise, score } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { measure } from './figures.ts';
import { languageNames } from './languages.ts';
import classes from './models.module.css';

const figure = (value: number | null): string => (value === null ? '–' : score(value));

const Facts = ({ model }: { model: Model }) => {
  const { t } = useTranslation();
  const { baseModel, training } = model;
  return (
    <Panel title={t('models.card.facts')}>
      <dl className={classes.facts}>
        <dt>{t('models.version')}</dt>
        <dd className="mono">{model.version}</dd>
        <dt>{t('models.card.kind')}</dt>
        <dd>{t(`models.kinds.${model.kind}`)}</dd>
        <dt>{t('models.judges')}</dt>
        <dd>
          {model.categories.length === 0 ? (
            t('models.judgesNothing')
          ) : (
            <CategoryTags categories={model.categories} limit={20} />
          )}
        </dd>
        {model.attributes.length === 0 ? null : (
          <>
            <dt>{t('models.card.attributes')}</dt>
            <dd>{model.attributes.map(humanise).join(', ')}</dd>
          </>
        )}
        <dt>{t('models.languages')}</dt>
        <dd>{languageNames(model.languages) ?? t('models.anyLanguage')}</dd>
        <dt>{t('models.card.licence')}</dt>
        <dd>{model.licence}</dd>
        {baseModel === null ? null : (
          <>
            <dt>{t('models.card.base')}</dt>
            <dd>
              {baseModel.name} ({baseModel.source}, {baseModel.licence})
            </dd>
          </>
        )}
        {model.madeOn === null ? null : (
          <>
            <dt>{t('models.card.madeOn')}</dt>
            <dd>{date(model.madeOn)}</dd>
          </>
        )}
        {model.madeWith === null ? null : (
          <>
            <dt>{t('models.card.madeWith')}</dt>
            <dd>{model.madeWith}</dd>
          </>
        )}
        {model.calibration === null ? null : (
          <>
            <dt>{t('models.card.calibration')}</dt>
            <dd>{model.calibration}</dd>
          </>
        )}
        {training === null || training.seed === null ? null : (
          <>
            <dt>{t('models.card.seed')}</dt>
            <dd>{training.seed}</dd>
          </>
        )}
        {training === null || Object.keys(training.hyperparameters).length === 0 ? null : (
          <>
            <dt>{t('models.card.hyperparameters')}</dt>
            <dd>
              {Object.entries(training.hyperparameters)
                .map(([name, value]) => `${humanise(name)} ${value}`)
                .join(', ')}
            </dd>
          </>
        )}
        {model.files.map(({ name, bytes: size, sha256 }) => (
          <div key={name} className={classes.contents}>
            <dt>{name}</dt>
            <dd>
              {bytes(size)}, sha256 <span className={classes.hash}>{sha256}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
};

const Metrics = ({ model: { metrics, measuredOn } }: { model: Model }) => {
  const { t } = useTranslation();
  if (metrics.length === 0) return null;
  return (
    <Panel title={t('models.card.metrics')} flush>
      {measuredOn === null ? null : <p className={classes.above}>{measuredOn}</p>}
      <div className={table.scroll}>
        <table className={table.table} aria-label={t('models.card.metrics')}>
          <thead>
            <tr>
              <th scope="col">{t('models.card.label')}</th>
              {(
                ['count', 'positives', 'auprc', 'rocAuc', 'f1', 'threshold', 'precision', 'recall', 'ece'] as const
              ).map((name) => (
                <th key={name} scope="col" className={table.number}>
                  {t(`models.card.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <tr key={metric.label}>
                <th scope="row" className={classes.rowHead}>
                  {humanise(metric.label)}
                </th>
                <td className={table.number}>{count(metric.count)}</td>
                <td className={table.number}>{count(metric.positives)}</td>
                <td className={table.number}>{measure(metric.auprc)}</td>
                <td className={table.number}>{measure(metric.rocAuc)}</td>
                <td className={table.number}>{figure(metric.f1)}</td>
                <td className={table.number}>{figure(metric.threshold)}</td>
                <td className={table.number}>{figure(metric.precision)}</td>
                <td className={table.number}>{figure(metric.recall)}</td>
                <td className={table.number}>{measure(metric.ece)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
};

const TrainingData = ({ model: { training } }: { model: Model }) => {
  const { t } = useTranslation();
  if (training === null || training.data.length === 0) return null;
  return (
    <Panel title={t('models.card.data')} flush>
      {training.note === null ? null : <p className={classes.above}>{training.note}</p>}
      <div className={table.scroll}>
        <table className={table.table} aria-label={t('models.card.data')}>
          <thead>
            <tr>
              <th scope="col">{t('models.card.set')}</th>
              <th scope="col">{t('models.card.what')}</th>
              <th scope="col">{t('models.card.licence')}</th>
              <th scope="col">{t('models.card.period')}</th>
              <th scope="col" className={table.number}>
                {t('models.card.rows')}
              </th>
            </tr>
          </thead>
          <tbody>
            {training.data.map(({ name, what, licence, period, rows }) => (
              <tr key={name}>
                <th scope="row" className={classes.rowHead}>
                  {name}
                </th>
                <td>{what}</td>
                <td>{licence}</td>
                <td>{period ?? <span className="soft">{t('models.card.unknown')}</span>}</td>
                <td className={table.number}>{rows === null ? '–' : count(rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
};

export const KnownLimits = ({ limits }: Pick<Model, 'limits'>) => {
  const { t } = useTranslation();
  return (
    <Panel title={t('models.card.limits')}>
      <ul className={classes.cautions}>
        {limits.map((limit) => (
          <li key={limit}>{limit}</li>
        ))}
      </ul>
    </Panel>
  );
};

/** What a model is, what it was made of, how well it did, and what it cannot do. */
export const ModelCard = ({ model }: { model: Model }) => (
  <div className={classes.stack}>
    <KnownLimits limits={model.limits} />
    <Facts model={model} />
    <Metrics model={model} />
    <TrainingData model={model} />
  </div>
);
