import { type ASTNode, ParseError, type ParseResult, TypeError as RuleTypeError } from '@marcbachmann/cel-js';
import type { RE2JS } from 're2js';
import type { Category } from '#contracts/category.ts';
import type { Rule } from '#contracts/policy.ts';
import { inspectExpression } from './inspect-expression.ts';
import { type RuleFault, ruleFault } from './rule-fault.ts';
import { createRuleEnvironment } from './vocabulary.ts';

const maximumExpressionLength = 4_000;

/** A rule that may run. */
export interface CompiledRule {
  readonly kind: 'rule';
  readonly rule: Rule;
  readonly expression: ParseResult;
  /** Estimated cost on an ordinary item; see `inspectExpression`. */
  readonly cost: number;
  /** Variables that the rule reads: `item`, `counters` ... */
  readonly variables: ReadonlySet<string>;
}

/** Thrown inside an evaluation when an item's budget for patterns is used up. */
export class RuleBudgetExceeded extends Error {
  constructor() {
    super('the budget for patterns is used up');
    this.name = 'RuleBudgetExceeded';
  }
}

/** What compiled rules of one set share: the environment, their patterns and the running budget. */
export interface RuleScope {
  readonly compile: (when: string) => ParseResult;
  readonly patterns: Map<string, RE2JS>;
  /** Pattern instructions times characters that may still be spent on the item at hand. */
  budget: number;
}

export const createRuleScope = (): RuleScope => {
  const patterns = new Map<string, RE2JS>();
  const environment = createRuleEnvironment((text, source) => {
    const pattern = patterns.get(source);
    if (pattern === undefined) throw new Error('pattern was not compiled with its rule');
    scope.budget -= text.length * pattern.programSize();
    if (scope.budget < 0) throw new RuleBudgetExceeded();
    return pattern.test(text);
  });
  const scope: RuleScope = { patterns, budget: 0, compile: (when) => environment.parse(when) };
  return scope;
};

const parse = (scope: RuleScope, when: string): ParseResult | RuleFault => {
  if (when.length > maximumExpressionLength) {
    return ruleFault(
      `the expression is longer than ${maximumExpressionLength} characters; split the rule`,
      maximumExpressionLength,
    );
  }
  try {
    return scope.compile(when);
  } catch (error) {
    if (error instanceof ParseError) return ruleFault(error.summary, error.range?.start ?? null);
    return ruleFault('the expression cannot be read');
  }
};

const isFault = (value: object): value is RuleFault => 'kind' in value && value.kind === 'fault';

const typeFault = (expression: ParseResult): RuleFault | undefined => {
  const checked = expression.check();
  if (!checked.valid) {
    const { error } = checked;
    if (error instanceof RuleTypeError || error instanceof ParseError) {
      return ruleFault(error.summary, error.range?.start ?? null);
    }
    return ruleFault('the expression has no valid type');
  }
  return checked.type === 'bool'
    ? undefined
    : ruleFault(
        `the expression is of type ${checked.type}, not bool; compare it with a value, as in \`... == true\``,
        0,
      );
};

/**
 * Checks a rule and prepares it for evaluation: syntax, the functions that are offered, patterns, size, estimated cost, types,
 * and, where `categories` is given, that every category read as `scores.name` is one of them. Never throws.
 */
export const compileRule = (
  rule: Rule,
  options: { readonly scope?: RuleScope; readonly categories?: ReadonlySet<Category> } = {},
): CompiledRule | RuleFault => {
  const scope = options.scope ?? createRuleScope();
  const expression = parse(scope, rule.when);
  if (isFault(expression)) return expression;
  // The tree is inspected before its types are checked, so that a refused function is named as such.
  const facts = inspectExpression(expression.ast as ASTNode);
  if (isFault(facts)) return facts;
  const fault = typeFault(expression);
  if (fault !== undefined) return fault;
  const unknown = facts.categories.find(({ category }) => options.categories?.has(category) === false);
  if (unknown !== undefined) {
    return ruleFault(`the policy has no category \`${unknown.category}\``, unknown.position);
  }
  for (const [source, pattern] of facts.patterns) scope.patterns.set(source, pattern);
  return { kind: 'rule', rule, expression, cost: facts.cost, variables: facts.variables };
};

export const isRuleFault = (result: CompiledRule | RuleFault): result is RuleFault => result.kind === 'fault';
