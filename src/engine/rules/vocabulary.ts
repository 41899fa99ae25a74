import { Environment } from '@marcbachmann/cel-js';
import { counterNames } from '../ports/counter.ts';

/*
 * What a rule can speak of. Each class is a CEL message type: a member that is not listed is refused when the rule is checked, and
 * a member that is absent on an item (`undefined`) answers false to `has()` and stops the rule when it is read.
 * Numbers are doubles throughout, so that a rule never has to convert between int and double.
 */

export class RuleReach {
  declare readonly followers: number | undefined;
  declare readonly views: number | undefined;
}

export class RuleItem {
  declare readonly surface: string;
  declare readonly locale: string | undefined;
  declare readonly title: string | undefined;
  declare readonly text: string;
  declare readonly truncated: boolean;
  declare readonly partCount: number;
  declare readonly reach: RuleReach;
  declare readonly threadId: string | undefined;
  declare readonly metadata: ReadonlyMap<string, string | number | boolean | null>;
}

export class RuleAccount {
  declare readonly id: string;
  declare readonly tier: string;
  declare readonly ageDays: number | undefined;
  declare readonly verified: boolean | undefined;
  declare readonly followers: number | undefined;
  declare readonly items: number | undefined;
  declare readonly removed: number | undefined;
}

/** The counters of `engine/ports/counter.ts` by name; one that could not be read is `undefined`. */
export class RuleCounters {}

export class RuleSignal {
  declare readonly status: string;
  declare readonly scores: ReadonlyMap<string, number>;
  declare readonly attributes: ReadonlyMap<string, string | number | boolean>;
}

/** Members of the message types, as `policy-reference.md` lists them. */
export const ruleTypes = {
  Reach: { ctor: RuleReach, fields: { followers: 'double', views: 'double' } },
  Item: {
    ctor: RuleItem,
    fields: {
      surface: 'string',
      locale: 'string',
      title: 'string',
      text: 'string',
      truncated: 'bool',
      partCount: 'double',
      reach: 'Reach',
      threadId: 'string',
      metadata: 'map<string, dyn>',
    },
  },
  Account: {
    ctor: RuleAccount,
    fields: {
      id: 'string',
      tier: 'string',
      ageDays: 'double',
      verified: 'bool',
      followers: 'double',
      items: 'double',
      removed: 'double',
    },
  },
  Counters: { ctor: RuleCounters, fields: Object.fromEntries(counterNames.map((name) => [name, 'double'])) },
  Signal: {
    ctor: RuleSignal,
    fields: { status: 'string', scores: 'map<string, double>', attributes: 'map<string, dyn>' },
  },
} as const;

export const ruleVariables = {
  item: 'Item',
  text: 'string',
  account: 'Account',
  counters: 'Counters',
  signals: 'map<string, Signal>',
  scores: 'map<string, double>',
  attributes: 'map<string, dyn>',
} as const;

/** How large an expression may be; beyond it the parser stops. */
const expressionLimits = {
  maxAstNodes: 400,
  maxDepth: 32,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 4,
} as const;

/** Answers `re(text, pattern)`; the pattern is known to the rule set since the rule was checked. */
export type PatternTest = (text: string, pattern: string) => boolean;

/**
 * The CEL environment of the rules: the variables above, the numeric operators between double and int that CEL leaves out, and
 * `re(text, pattern)` in linear time.
 */
export const createRuleEnvironment = (testPattern: PatternTest): Environment => {
  const environment = new Environment({ limits: expressionLimits });
  for (const [name, { ctor, fields }] of Object.entries(ruleTypes)) environment.registerType(name, { ctor, fields });
  for (const [name, type] of Object.entries(ruleVariables)) environment.registerVariable(name, type);
  environment.registerOperator('double == int', (left: number, right: bigint) => left === Number(right));
  const arithmetic: Record<string, (left: number, right: number) => number> = {
    '+': (left, right) => left + right,
    '-': (left, right) => left - right,
    '*': (left, right) => left * right,
    '/': (left, right) => left / right,
  };
  for (const [operator, compute] of Object.entries(arithmetic)) {
    environment.registerOperator(`double ${operator} int: double`, (left: number, right: bigint) =>
      compute(left, Number(right)),
    );
    environment.registerOperator(`int ${operator} double: double`, (left: bigint, right: number) =>
      compute(Number(left), right),
    );
  }
  environment.registerFunction({
    name: 're',
    params: [
      { name: 'text', type: 'string' },
      { name: 'pattern', type: 'string' },
    ],
    returnType: 'bool',
    handler: testPattern,
    async: false,
  });
  return environment;
};
