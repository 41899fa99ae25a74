import type { Category } from '#contracts/category.ts';
import type { Policy } from '#contracts/policy.ts';
import type { JudgeCallRecord, LanguageModel, ModelFailure, ModelUsage } from '#engine/ports/language-model.ts';
import { buildRequest, type Question } from './build-request.ts';
import { benignControl, violatingControl } from './controls.ts';
import { type JudgeAnswer, readAnswer, type Verdict } from './judge-answer.ts';
import type { JudgePrompt } from './prompt-file.ts';

/** What is needed to put a question to a model. */
export interface Judge {
  readonly model: LanguageModel;
  readonly prompt: JudgePrompt;
  readonly policy: Policy;
  readonly minimumConfidence: number;
  readonly maximumOutputTokens: number;
  record(call: Pick<JudgeCallRecord, 'status' | 'durationMs' | 'costUsd' | 'inputTokens' | 'outputTokens'>): void;
}

export interface AskedCategory {
  readonly category: Category;
  readonly probability: number | null;
  /** Below it nothing is suspicious any more. */
  readonly review: number;
  /** At or above it the machine removes. */
  readonly remove: number;
}

export interface Totals {
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
}

export type Judgement =
  | { readonly ok: false; readonly reason: string; readonly totals: Totals }
  | {
      readonly ok: true;
      readonly answer: JudgeAnswer;
      /** Only what may count: see `judgeItem`. */
      readonly scores: Readonly<Record<Category, number>>;
      /** How the control question went; `none` where the answer decides nothing. */
      readonly control: 'none' | 'passed' | 'failed' | 'unanswered';
      readonly totals: Totals;
    };

const statusOfFailure = (failure: ModelFailure): JudgeCallRecord['status'] => {
  switch (failure) {
    case 'timeout':
    case 'rate_limited':
    case 'capped':
    case 'breaker_open':
    case 'invalid':
      return failure;
    default:
      return 'failed';
  }
};

const addUsage = (totals: Totals, usage: ModelUsage): void => {
  totals.inputTokens += usage.inputTokens ?? 0;
  totals.outputTokens += usage.outputTokens ?? 0;
  totals.costUsd += usage.costUsd;
};

type Asked = { readonly answer: JudgeAnswer } | { readonly reason: string };

const ask = async (judge: Judge, question: Question, totals: Totals, abort: AbortSignal): Promise<Asked> => {
  const { model, prompt, policy, maximumOutputTokens } = judge;
  const started = performance.now();
  const categories = question.categories.map(({ category }) => category);
  const { request, codes } = buildRequest(question, {
    prompt,
    policy,
    keepsSchema: model.keepsSchema,
    maximumOutputTokens,
  });
  const result = await model.complete(request, abort);
  addUsage(totals, result.usage);
  const answer = result.ok ? readAnswer(result.text, categories, codes) : undefined;
  const unsure = [...(answer?.verdicts.values() ?? [])].every(
    ({ verdict, confidence }) => verdict === 'unsure' || confidence < judge.minimumConfidence,
  );
  const answered = answer === undefined ? 'invalid' : unsure ? 'abstained' : 'ok';
  judge.record({
    status: result.ok ? answered : statusOfFailure(result.failure),
    durationMs: performance.now() - started,
    costUsd: result.usage.costUsd,
    inputTokens: result.usage.inputTokens ?? 0,
    outputTokens: result.usage.outputTokens ?? 0,
  });
  if (!result.ok) return { reason: `${result.failure}: ${result.message}` };
  return answer === undefined
    ? { reason: 'invalid: the answer does not keep to the form that was asked for' }
    : { answer };
};

/**
 * Whether a verdict may count at all. A number must never say the opposite of the verdict: "violates, 75 % sure" where review begins at 0.8
 * would pass the item without any control, and a `clear` of little confidence would remove it.
 */
const counts = (
  { verdict, confidence }: { readonly verdict: Verdict; readonly confidence: number },
  { review, remove }: AskedCategory,
  minimumConfidence: number,
): boolean => {
  if (verdict === 'unsure' || confidence < minimumConfidence) return false;
  return verdict === 'violates' ? confidence >= review : 1 - confidence < remove;
};

/**
 * Puts a question and, where the answer would decide, a control question beside it.
 *
 * Scores: a verdict `violates` of confidence c scores c, `clear` scores 1 - c. `unsure`, any verdict below the minimum confidence, and
 * `violates` less surely than review begins, scores nothing: the next layer or a person takes it. Beyond that
 * - clear scores count only together (every category asked about is clear), where `mayClear`, and after the model has found a violation
 *   that was planted into the very same item;
 * - a score that would remove counts only after the model has found nothing in a harmless text in the same surroundings.
 * A model that follows what it reads fails one or the other, and its answer then counts for nothing.
 */
export const judgeItem = async (
  judge: Judge,
  question: Question,
  asked: readonly AskedCategory[],
  mayClear: boolean,
  abort: AbortSignal,
): Promise<Judgement> => {
  const totals: Totals = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const first = await ask(judge, question, totals, abort);
  if ('reason' in first) return { ok: false, reason: first.reason, totals };
  const { answer } = first;
  const sure = asked.flatMap((one) => {
    const said = answer.verdicts.get(one.category)!;
    return counts(said, one, judge.minimumConfidence) ? [{ ...one, ...said }] : [];
  });
  const raised = sure.filter(({ verdict }) => verdict === 'violates');
  const removing = raised.filter(({ confidence, remove }) => confidence >= remove);
  const scored = (categories: typeof sure): Record<Category, number> =>
    Object.fromEntries(
      categories.map(({ category, verdict, confidence }) => [
        category,
        verdict === 'violates' ? confidence : Math.round((1 - confidence) * 1000) / 1000,
      ]),
    );

  if (removing.length > 0) {
    const control = await ask(judge, benignControl(question), totals, abort);
    const others = raised.filter((one) => !removing.includes(one));
    if ('reason' in control) return { ok: true, answer, scores: scored(others), control: 'unanswered', totals };
    const misled = removing.some(({ category }) => control.answer.verdicts.get(category)?.verdict === 'violates');
    const outcome = misled ? 'failed' : 'passed';
    return { ok: true, answer, scores: scored(misled ? [] : raised), control: outcome, totals };
  }
  const allClear = sure.length === asked.length && raised.length === 0;
  if (!allClear || !mayClear || answer.instructed)
    return { ok: true, answer, scores: scored(raised), control: 'none', totals };

  const control = await ask(judge, violatingControl(question, judge.policy), totals, abort);
  if ('reason' in control) return { ok: true, answer, scores: {}, control: 'unanswered', totals };
  const found = sure.every(({ category }) => {
    const { verdict, confidence } = control.answer.verdicts.get(category)!;
    return verdict === 'violates' && confidence >= judge.minimumConfidence;
  });
  return { ok: true, answer, scores: found ? scored(sure) : {}, control: found ? 'passed' : 'failed', totals };
};
