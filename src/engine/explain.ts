import type { Assessment, Verdict } from '#contracts/decision.ts';

const percent = (probability: number | null): string =>
  probability === null
    ? 'no score'
    : `${(probability * 100).toFixed(probability > 0.995 || probability < 0.005 ? 1 : 0)} %`;

const because = ({ contributions, floor, probability }: Assessment): string => {
  if (floor !== null && floor === probability) return 'set by a rule';
  // A language model's judgement takes the place of the fused score; it adds nothing to it.
  const judge = contributions.findLast(({ term, calibrated }) => term === 0 && calibrated === probability);
  if (judge !== undefined) return `by ${judge.detector}`;
  const strongest = contributions.toSorted((left, right) => right.term - left.term)[0];
  return strongest === undefined ? 'no detector scored it' : `mostly by ${strongest.detector}`;
};

const line = (assessment: Assessment): string =>
  `${assessment.category} at ${percent(assessment.probability)} (${because(assessment)}; review from ${percent(assessment.review)}, remove from ${percent(assessment.remove)})`;

const layerNames = [
  '',
  'rules and hashes',
  'local models',
  'the small language model',
  'the large language model',
  'a person',
];

const unaskedRulesMean: Readonly<Record<Verdict['outcome'], string>> = {
  approve: 'the policy lets such items pass',
  review: 'a person decides',
  hold: 'held until they can be',
  remove: 'removed',
};

/** One or two plain sentences on why the verdict is what it is. Names categories, numbers and detectors; never quotes content. */
export const explain = (verdict: Omit<Verdict, 'rationale'>, decisive: readonly Assessment[]): string => {
  const layer = `Layer ${verdict.layer} (${layerNames[verdict.layer] ?? ''})`;
  const named = decisive.slice(0, 3).map(line).join('; ');
  const unassessed = verdict.notAssessed.length === 0 ? '' : ` Not assessed: ${verdict.notAssessed.join(', ')}.`;
  switch (verdict.stopReason) {
    case 'all_clear': {
      const highest = verdict.assessments
        .filter(({ probability }) => probability !== null)
        .toSorted((left, right) => (right.probability ?? 0) - (left.probability ?? 0))[0];
      return `${layer} found every assessed category below its review threshold${highest === undefined ? '' : `; highest is ${line(highest)}`}.${unassessed}`;
    }
    case 'final_effect':
      return `${layer} matched a rule or bank whose effect is final.`;
    case 'remove_threshold':
      return `${layer} put ${named}.`;
    case 'person_required':
      return `${layer} put ${named === '' ? 'nothing above a threshold' : named}; the policy leaves this decision to a person.`;
    case 'layers_exhausted':
      return `No further layer could settle ${named}; a person decides.`;
    case 'signal_unavailable': {
      const missing = [...new Set(decisive.flatMap((assessment) => assessment.missing))];
      return missing.length === 0
        ? 'Nothing in this item could be assessed by any detector, which is not the same as finding nothing; a person decides.'
        : `A required signal is missing (${missing.slice(0, 5).join(', ')}) for ${decisive
            .map(({ category }) => category)
            .slice(0, 6)
            .join(
              ', ',
            )}; ${verdict.outcome === 'approve' ? 'the policy lets such items pass' : 'what is missing clears nothing'}.`;
    }
    case 'rules_unavailable':
      return `Every assessed category is clear, but rules that could hold this item could not be asked; ${unaskedRulesMean[verdict.outcome]}.`;
    case 'routed_by_rule':
      return `A rule or hash bank sends this item to a person${verdict.queue === null ? '' : ` (queue ${verdict.queue})`}.`;
    case 'quality_sample':
      return 'All assessed categories are clear; drawn as a quality sample, so a person looks as well.';
    case 'deadline':
      return `The deadline passed before the layers were done; ${verdict.display} until they are.`;
    case 'asynchronous':
      return `Accepted to be decided afterwards; ${verdict.display} until then.`;
    case 'configuration_changing':
      return 'The policy changed twice while this item was decided; held until it is decided again.';
    case 'reviewer':
      return 'Decided by a reviewer.';
  }
};
