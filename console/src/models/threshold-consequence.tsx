import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contracts/models.ts';

import { useMay } from '../session/use-session.ts';
import { consequenceOf, type Thresholds } from './consequence.ts';
import { share } from './figures.ts';
import { modelReportQuery, modelsQuery } from './model-queries.ts';
import classes from './models.module.css';
import { useOdds } from './use-odds.ts';

interface ThresholdConsequenceProps {
  readonly label: string;
  readonly thresholds: Thresholds;
  readonly removesAlone: boolean;
}

/** The model whose report stands for a category: the last stage that judges it and was measured. */
const measuredFor = (models: readonly Model[], label: string): Model | undefined =>
  models
    .filter(({ hasReport, categories }) => hasReport && categories.includes(label))
    .sort((one, other) => other.stage - one.stage)[0];

const Sentence = ({ model, label, thresholds, removesAlone }: ThresholdConsequenceProps & { model: Model }) => {
  const { t } = useTranslation();
  const odds = useOdds();
  const { data: report } = useQuery(modelReportQuery(model.id));
  const found = report?.labels.find((candidate) => candidate.label === label);
  if (found === undefined) return null;
  const { baseRate } = found;
  const consequence = consequenceOf(found, thresholds, { baseRate, removesAlone });
  return (
    <p className={classes.inPolicy}>
      {t('models.inPolicy', {
        rate: share(baseRate),
        found: consequence.found === null ? t('models.explore.unknown') : share(consequence.found),
        wrong: consequence.flaggedWrong === null ? t('models.odds.none') : odds(consequence.flaggedWrong),
        people: share(consequence.people),
        removed: share(consequence.removed),
      })}{' '}
      <Link to="/models/model/$modelId/{-$tab}" params={{ modelId: model.id }} search={{ label }}>
        {t('models.seeReport')}
      </Link>
    </p>
  );
};

/** What the thresholds of a category would do, in a sentence; nothing where no model was measured on it. */
export const ThresholdConsequence = (props: ThresholdConsequenceProps) => {
  const mayRead = useMay('readModels');
  const { data: models } = useQuery({ ...modelsQuery, enabled: mayRead });
  const model = models === undefined ? undefined : measuredFor(models, props.label);
  return model === undefined ? null : <Sentence {...props} model={model} />;
};
