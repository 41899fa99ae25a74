import { useTranslation } from 'react-i18next';
import type { LabelReport } from '#contracts/models.ts';
import table from '../kit/data-table.module.css';
import { count, humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { measure, share } from './figures.ts';

const shown = (value: number | null): string => (value === null ? '–' : share(value));

/** How the figures differ by where the items come from, how long they are and how they were disguised. */
export const SlicesTable = ({ slices }: Pick<LabelReport, 'slices'>) => {
  const { t } = useTranslation();
  if (slices.length === 0) return null;
  return (
    <Panel title={t('models.slices.title')} flush>
      <div className={table.scroll}>
        <table className={table.table} aria-label={t('models.slices.title')}>
          <thead>
            <tr>
              <th scope="col">{t('models.slices.by')}</th>
              <th scope="col">{t('models.slices.slice')}</th>
              {(['items', 'positives', 'auprc', 'rocAuc', 'recall', 'falsePositives'] as const).map((name) => (
                <th key={name} scope="col" className={table.number}>
                  {t(`models.slices.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {slices.map((slice) => (
              <tr key={`${slice.dimension} ${slice.name}`}>
                <td>{t(`models.slices.${slice.dimension}`)}</td>
                <td>{slice.dimension === 'source' ? humanise(slice.name) : slice.name}</td>
                <td className={table.number}>{count(slice.count)}</td>
                <td className={table.number}>{count(slice.positives)}</td>
                <td className={table.number}>{measure(slice.auprc)}</td>
                <td className={table.number}>{measure(slice.rocAuc)}</td>
                <td className={table.number}>{shown(slice.recall)}</td>
                <td className={table.number}>{shown(slice.falsePositiveRate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
};
