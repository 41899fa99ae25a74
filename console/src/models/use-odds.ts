import { useTranslation } from 'react-i18next';
import { oddsOf } from './consequence.ts';

/** Says a share as people do: `1 in 4`. */
export const useOdds = (): ((share: number) => string) => {
  const { t } = useTranslation();
  return (share) => {
    const odds = oddsOf(share);
    return odds.kind === 'in'
      ? t('models.odds.in', { part: odds.part, whole: odds.whole })
      : t(`models.odds.${odds.kind}`);
  };
};
