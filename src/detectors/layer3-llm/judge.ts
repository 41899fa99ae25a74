import type { Category } from '#contracts/category.ts';
import type { Policy } from '#contracts/policy.ts';
import type { Effect, Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorContext } from '#engine/ports/detector.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import type { JudgeCallRecord, JudgeEndpoint, LanguageModel } from '#engine/ports/language-model.ts';
import { hasControl } from './controls.ts';
import { plainSentence } from './data-fence.ts';
import { instructionSigns } from './instruction-signs.ts';
import { loadPictures, materialOf } from './item-material.ts';
import { type JudgeCache, judgementKey } from './judge-cache.ts';
import { type AskedCategory, type Judge, type Judgement, judgeItem } from './judgement.ts';
import { judgePrompt } from './prompt-file.ts';
import { surroundingsOf } from './surroundings.ts';

/** Where a category stands before the judge is asked, as `engine/standing.ts` says. */
export interface CategoryStanding {
  readonly category: Category;
  readonly status: string;
  readonly probability: number | null;
  readonly review: number;
  readonly remove: number;
}

export interface JudgeOptions {
  readonly endpoint: Omit<JudgeEndpoint, 'apiKey'>;
  readonly model: LanguageModel;
  readonly policy: Policy;
  /** `standingUnder(policy, calibrations)` of the same configuration. */
  readonly standing: (context: DetectorContext) => readonly CategoryStanding[];
  /** Absent where pictures cannot be had; items with pictures are then never cleared. */
  readonly images?: StoredImages;
  readonly cache: JudgeCache;
  readonly record: (call: JudgeCallRecord) => void;
}

/** Never asked about: such content is not sent to a language model, whosesoever it is. */
const neverAsked: ReadonlySet<Category> = new Set(['csam', 'ncii']);

const layers = { small: 3, large: 4 } as const;
const longestRationale = 600;
/** Two questions, one after the other, and a little for everything else. */
const timeoutFor = (timeoutMs: number): number => 2 * timeoutMs + 1_000;

/** The queue and the label of items that speak to the machine. */
const instructionEffects: readonly Effect[] = [
  { kind: 'route', queue: 'instructions' },
  { kind: 'label', label: 'instructions_to_the_machine' },
];

const decisionOf = ({ answer, scores }: Extract<Judgement, { ok: true }>): string => {
  const verdicts = [...answer.verdicts.values()].map(({ verdict }) => verdict);
  if (verdicts.includes('violates')) return 'violates';
  if (verdicts.includes('unsure')) return 'abstain';
  return Object.keys(scores).length > 0 ? 'clear' : 'clear_without_effect';
};

/** Evidence of what the model said of each category. */
const verdictFacts = ({ answer }: Extract<Judgement, { ok: true }>): Evidence[] =>
  [...answer.verdicts].map(([category, { verdict, confidence }]) => ({
    kind: 'fact',
    name: 'judge_verdict',
    value: verdict,
    category,
    label: `language model: ${verdict}, ${Math.round(confidence * 100)} % sure`,
    weight: confidence,
  }));

/** Makes the detector of one tier under one configuration. */
export const createJudge = ({ endpoint, model, policy, standing, images, cache, record }: JudgeOptions): Detector => {
  const { tier, minimumConfidence, maximumOutputTokens } = endpoint;
  const layer = layers[tier];
  const judges = Object.keys(policy.categories).filter((category) => !neverAsked.has(category));
  const recordFor = (call: Parameters<Judge['record']>[0]): void => record({ tier, model: model.model, ...call });
  const judge: Judge = {
    model,
    prompt: judgePrompt,
    policy,
    minimumConfidence,
    maximumOutputTokens,
    record: recordFor,
  };
  const identity = {
    detector: `judge-${tier}`,
    version: `${judgePrompt.version}/${endpoint.model.replace(/[^\w.:-]+/g, '_').slice(0, 80)}`,
    layer,
  } as const;
  const nothing = { ...identity, scores: {}, attributes: {}, evidence: [] as Evidence[], durationMs: 0, costUsd: 0 };

  const describe = (judgement: Judgement, effects: readonly Effect[], extra: Signal['attributes']): Signal => {
    const { totals } = judgement;
    const common = {
      ...nothing,
      ...(effects.length === 0 ? {} : { effects: [...effects] }),
      costUsd: totals.costUsd,
      attributes: {
        judge_model: model.model,
        judge_prompt: judgePrompt.version,
        judge_input_tokens: totals.inputTokens,
        judge_output_tokens: totals.outputTokens,
        ...extra,
      },
    };
    if (!judgement.ok) return { ...common, status: 'unavailable', reason: judgement.reason.slice(0, 400) };
    const { answer, scores, control } = judgement;
    const attributes = {
      ...common.attributes,
      judge_decision: decisionOf(judgement),
      judge_confidence: Math.min(...[...answer.verdicts.values()].map(({ confidence }) => confidence)),
      judge_suggested_action: answer.action,
      judge_rationale: plainSentence(answer.rationale, longestRationale),
      judge_control: control,
      judge_instructions: answer.instructed,
    };
    const evidence = verdictFacts(judgement);
    // Without a score there is nothing that could satisfy anybody's need for this judge: it abstained, or its answer did not count.
    return Object.keys(scores).length === 0
      ? { ...common, attributes, evidence, status: 'not_applicable', reason: silenceOf(judgement, mayNotReason(extra)) }
      : { ...common, attributes, evidence, status: 'ok', scores };
  };

  const judgeContext = async (context: DetectorContext, abort: AbortSignal): Promise<Signal> => {
    const standings = standing(context);
    const open = standings.filter(({ status }) => status === 'between' || status === 'unavailable');
    const asked: AskedCategory[] = open.filter(({ category }) => !neverAsked.has(category));
    if (asked.length === 0)
      return { ...nothing, status: 'not_applicable', reason: 'open: nothing that it is asked about' };
    const withPictures = model.takesImages && open.length === asked.length;
    const material = materialOf(context, withPictures);
    if (material.texts.length === 0 && material.pictures.length === 0)
      return { ...nothing, status: 'unavailable', reason: 'unseen: nothing of the item can be shown to the model' };
    const surroundings = surroundingsOf(context);
    const signs = instructionSigns(material.raw);
    const extra: Signal['attributes'] = {
      ...(signs.length === 0 ? {} : { judge_signs: signs.join(',') }),
      ...(surroundings.withheld === 0 ? {} : { judge_context_withheld: surroundings.withheld }),
      ...(material.incomplete ? { judge_incomplete: true } : {}),
    };
    const categories = asked.map(({ category, probability }) => ({
      category,
      probability: probability === null ? null : Math.round(probability * 100) / 100,
    }));
    const key = judgementKey({
      ...identity,
      baseUrl: endpoint.baseUrl,
      revision: endpoint.revision,
      policy: `${policy.id}@${policy.version}`,
      clauses: asked.map(({ category, review, remove }) => [policy.categories[category], review, remove]),
      categories,
      texts: material.texts,
      pictures: material.pictures,
      surroundings,
      extra,
    });
    const known = cache.get(key);
    if (known !== undefined) {
      recordFor({ status: 'cached', durationMs: 0, costUsd: 0, inputTokens: 0, outputTokens: 0 });
      return {
        ...known,
        costUsd: 0,
        attributes: { ...known.attributes, judge_input_tokens: 0, judge_output_tokens: 0, judge_cached: true },
      };
    }
    const pictures = await loadPictures(material.pictures, images, abort);
    if (pictures === undefined && material.texts.length === 0)
      return { ...nothing, status: 'unavailable', reason: 'unseen: the pictures cannot be had at present' };
    const mayClear =
      signs.length === 0 &&
      surroundings.withheld === 0 &&
      !material.incomplete &&
      pictures !== undefined &&
      asked.every(({ category }) => hasControl(category, policy));
    const question = {
      categories,
      texts: material.texts,
      pictures: pictures ?? [],
      surroundings: surroundings.blocks,
    };
    const judgement = await judgeItem(judge, question, asked, mayClear, abort);
    const instructed = signs.length > 0 || saysInstructed(judgement, minimumConfidence);
    const signal = describe(judgement, instructed ? instructionEffects : [], extra);
    const lasting = judgement.ok && judgement.control !== 'unanswered' && pictures !== undefined;
    if (lasting) cache.set(key, signal);
    return signal;
  };

  return {
    id: identity.detector,
    version: identity.version,
    layer,
    scope: 'item',
    kinds: ['text', 'image'],
    judges,
    deterministic: false,
    reuse: 'never',
    timeoutMs: timeoutFor(endpoint.timeoutMs),
    costUsd: (2_000 * endpoint.inputCostPerMillion + 150 * endpoint.outputCostPerMillion) / 1_000_000,
    detect: (inputs, abort) => Promise.all(inputs.map(({ context }) => judgeContext(context, abort))),
  };
};

const mayNotReason = (extra: Signal['attributes']): boolean => Object.keys(extra).length > 0;

/** Whether the model found the item to speak to it. The word of one that is sure of nothing counts for nothing: the next is asked. */
const saysInstructed = (judgement: Judgement, minimumConfidence: number): boolean =>
  judgement.ok &&
  judgement.answer.instructed &&
  [...judgement.answer.verdicts.values()].some(
    ({ verdict, confidence }) => verdict !== 'unsure' && confidence >= minimumConfidence,
  );

/** Why an answer gave no score. */
const silenceOf = ({ control }: Extract<Judgement, { ok: true }>, hindered: boolean): string => {
  if (control === 'failed')
    return 'control: the model did not pass its control question; its answer counts for nothing';
  if (control === 'unanswered') return 'control: the control question was not answered; the answer counts for nothing';
  return hindered
    ? 'abstained: the model may not clear this item, or is not sure'
    : 'abstained: the model is not sure of every category';
};
