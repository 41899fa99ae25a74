import { IconCpu } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contracts/models.ts';
import { CategoryTags } from '../kit/category-tag.tsx';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { bytes } from '../kit/format.ts';
import { QueryTable } from '../kit/query-table.tsx';
import { systemQuery } from '../settings/system-query.ts';
import { languageNames } from './languages.ts';
import { modelsQuery } from './model-queries.ts';
import classes from './models.module.css';

const sizeOf = ({ files }: Model): number => files.reduce((sum, file) => sum + file.bytes, 0);

/** Whether a detector of the installation runs it. */
const StatusBadge = ({ detector }: Pick<Model, 'detector'>) => {
  const { t } = useTranslation();
  const { data: system } = useQuery(systemQuery);
  if (system === undefined) return null;
  const found = system.detectors.find(({ id }) => id === detector);
  return (
    <span className={classes.status} data-status={found === undefined ? 'idle' : 'running'}>
      {found === undefined ? t('models.status.idle') : t('models.status.running', { layer: found.layer })}
    </span>
  );
};

/** Every installed model with what it judges. */
export const ModelsOverview = () => {
  const { t } = useTranslation();
  const models = useQuery(modelsQuery);
  return (
    <div className={classes.stack}>
      <QueryTable
        query={models}
        label={t('nav.models')}
        empty={<EmptyState icon={IconCpu} title={t('models.noneTitle')} text={t('models.noneText')} />}
        head={
          <>
            <th scope="col">{t('models.model')}</th>
            <th scope="col">{t('models.judges')}</th>
            <th scope="col">{t('models.languages')}</th>
            <th scope="col">{t('models.version')}</th>
            <th scope="col" className={table.number}>
              {t('models.size')}
            </th>
            <th scope="col">{t('models.statusTitle')}</th>
            <th scope="col">{t('models.evaluation')}</th>
          </>
        }
        row={(model) => (
          <tr key={model.id}>
            <td>
              <Link to="/models/model/$modelId/{-$tab}" params={{ modelId: model.id }} className={classes.name}>
                {model.title}
              </Link>
              <span className={classes.rowHint}>{t(`models.kinds.${model.kind}`)}</span>
            </td>
            <td>
              {model.categories.length === 0 ? (
                <span className="soft">{t('models.judgesNothing')}</span>
              ) : (
                <CategoryTags categories={model.categories} limit={6} />
              )}
            </td>
            <td className={table.nowrap}>{languageNames(model.languages) ?? t('models.anyLanguage')}</td>
            <td className={`${table.nowrap} mono`}>{model.version}</td>
            <td className={`${table.number} ${table.nowrap}`}>{bytes(sizeOf(model))}</td>
            <td className={table.nowrap}>
              <StatusBadge detector={model.detector} />
            </td>
            <td className={table.nowrap}>
              {model.hasReport ? (
                <Link to="/models/model/$modelId/{-$tab}" params={{ modelId: model.id, tab: 'report' }}>
                  {t('models.openReport')}
                </Link>
              ) : (
                <span className="soft">{t('models.notMeasured')}</span>
              )}
            </td>
          </tr>
        )}
      />
      <p className={classes.hint}>{t('models.misinformation')}</p>
    </div>
  );
};
