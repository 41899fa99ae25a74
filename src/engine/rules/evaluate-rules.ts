import { type ASTNode, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import type { Rule } from '#contracts/policy.ts';
import type { Activation } from './activation.ts';
import {
  type CompiledRule,
  compileRule,
  createRuleScope,
  isRuleFault,
  RuleBudgetExceeded,
  type RuleScope,
} from './compile-rule.ts';
import type { RuleFault } from './rule-fault.ts';

/**
 * Pattern instructions times characters per item, 10 to 80 ns each where the automaton gives up and a tenth of that elsewhere. 200 ordinary
 * patterns on a post of 2,000 characters use it up; beyond it, the rules that come last are unavailable for that item.
 */
const patternBudget = 20_000_000;

/** Rules that passed their check, sharing one environment; those that did not, with the reason. */
export interface RuleSet {
  readonly scope: RuleScope;
  readonly rules: readonly CompiledRule[];
  readonly faults: readonly { readonly rule: Rule; readonly fault: RuleFault }[];
}

/** Compiles the enabled rules once. A faulty one is set aside with its fault; the others are not touched by it. */
export const compileRules = (rules: readonly Rule[]): RuleSet => {
  const scope = createRuleScope();
  const compiled: CompiledRule[] = [];
  const faults: { rule: Rule; fault: RuleFault }[] = [];
  for (const rule of rules) {
    if (!rule.enabled) continue;
    const result = compileRule(rule, { scope });
    if (isRuleFault(result)) faults.push({ rule, fault: result });
    else compiled.push(result);
  }
  return { scope, rules: compiled, faults };
};

/**
 * What became of a rule that did not simply answer false:
 * - `matched`;
 * - `unknown`: it reads a fact that this item does not have (`account.ageDays` where the platform did not say, a count of copies of a text
 *   that is too short to compare);
 * - `unavailable`: it reads a counter that could not be read, ran over the budget, or failed.
 */
export interface RuleResult {
  readonly rule: Rule;
  readonly outcome: 'matched' | 'unknown' | 'unavailable';
  /** What it was that the rule missed, as written in the rule; never a value of the item. */
  readonly missing?: string;
}

const rootOf = (node: ASTNode): string | undefined => {
  let current = node;
  while (current.op === '.' || current.op === '[]') current = current.args[0];
  return current.op === 'id' ? current.args : undefined;
};

const absentMember = new Set(['no_such_key', 'index_out_of_bounds']);

const resultOfError = (rule: Rule, error: unknown, unreadable: ReadonlySet<string>): RuleResult => {
  if (error instanceof RuleBudgetExceeded) return { rule, outcome: 'unavailable', missing: 'budget' };
  if (!(error instanceof EvaluationError)) return { rule, outcome: 'unavailable', missing: 'error' };
  const node = error.node;
  if (node === undefined || !absentMember.has(error.code)) return { rule, outcome: 'unavailable', missing: error.code };
  const missing = rule.when.slice(node.start, node.end).slice(0, 80) || error.code;
  const isUnreadable = rootOf(node) === 'counters' && node.op === '.' && unreadable.has(node.args[1]);
  return { rule, outcome: isUnreadable ? 'unavailable' : 'unknown', missing };
};

const ask = (
  rule: Rule,
  expression: ParseResult,
  variables: Record<string, unknown>,
  unreadable: ReadonlySet<string>,
): RuleResult | undefined => {
  try {
    const answer: unknown = expression(variables);
    if (answer === true) return { rule, outcome: 'matched' };
    return answer === false ? undefined : { rule, outcome: 'unavailable', missing: 'not a bool' };
  } catch (error) {
    return resultOfError(rule, error, unreadable);
  }
};

/**
 * Asks every rule of the set, in order. Deterministic; never throws: what goes wrong in one rule is that rule's result.
 * Rules that answer false are not listed. `unreadable`: names of counters that could not be read.
 */
export const evaluateRules = (
  set: RuleSet,
  activation: Activation,
  unreadable: ReadonlySet<string> = new Set(),
): RuleResult[] => {
  const results: RuleResult[] = [];
  const variables = activation as unknown as Record<string, unknown>;
  set.scope.budget = patternBudget;
  // An absent fact is an error inside the evaluation, and nobody reads its stack: without it two hundred of them take a quarter of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    for (const { rule, expression } of set.rules) {
      const result = ask(rule, expression, variables, unreadable);
      if (result !== undefined) results.push(result);
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return results;
};
