import type { ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { describeFault } from '#engine/text/pattern-fault.ts';
import { type RuleFault, ruleFault } from './rule-fault.ts';
import { ruleTypes, ruleVariables } from './vocabulary.ts';

const calls = new Set(['has', 'size', 'int', 'double', 'string', 're']);
const methods = new Set(['size', 'contains', 'startsWith', 'endsWith', 'lowerAscii', 'upperAscii', 'trim']);
const comprehensions = new Set(['exists', 'all', 'exists_one', 'filter', 'map']);
const remedies: Readonly<Record<string, string>> = {
  matches: 'it can take exponential time; use re(text, "pattern"), which is linear',
  bind: 'repeat the expression instead',
  split: 'use re(text, "pattern")',
};

const throughElements = new Set<string>(['in', '==', '!=', '+']);

/** Comprehensions inside comprehensions: two levels are enough for every rule over maps of maps. */
const maximumNesting = 2;
/** Largest estimated cost of one rule, in units of one evaluated node; see `inspectExpression`. */
const maximumCost = 100_000;
/** Instructions of one compiled pattern: re2js takes up to 25 ns for each of them and character where its cache overflows. */
const maximumPatternInstructions = 500;
const maximumPatternLength = 500;
/** How many entries of a map (signals, scores, metadata) the estimate counts with. */
const assumedMapEntries = 50;
/** Units for reading a text of a thousand characters once. */
const textScan = 64;
/** Units per pattern instruction for the same text. */
const patternScan = 20;

export interface ExpressionFacts {
  readonly patterns: ReadonlyMap<string, RE2JS>;
  /** Categories read as `scores.name` or `scores["name"]`, with their places. */
  readonly categories: readonly { readonly category: string; readonly position: number }[];
  readonly variables: ReadonlySet<string>;
  readonly cost: number;
}

class Refusal extends Error {
  readonly fault: RuleFault;
  constructor(message: string, place: ASTNode | number) {
    super(message);
    this.fault = ruleFault(message, typeof place === 'number' ? place : place.range.start);
  }
}

interface Walk {
  readonly patterns: Map<string, RE2JS>;
  readonly categories: { category: string; position: number }[];
  readonly variables: Set<string>;
}

/** Cost of a node, and the largest number of elements where it is a list or map. */
interface Estimate {
  readonly cost: number;
  readonly elements: number;
}

const compilePattern = (walk: Walk, node: ASTNode | undefined, call: ASTNode): number => {
  if (node === undefined || node.op !== 'value' || typeof node.args !== 'string') {
    throw new Refusal(
      'the pattern of re() must be a text written in the rule, as in re(text, "buy +now"); it is compiled once, when the rule is checked',
      node ?? call,
    );
  }
  const source = node.args;
  if (source.length > maximumPatternLength) {
    throw new Refusal(`the pattern is longer than ${maximumPatternLength} characters; split the rule`, node);
  }
  let pattern = walk.patterns.get(source);
  if (pattern === undefined) {
    try {
      pattern = RE2JS.compile(source);
    } catch (error) {
      const { reason, offset } = describeFault(source, error);
      throw new Refusal(`the pattern is not valid RE2 (character ${offset + 1} of it): ${reason}`, node);
    }
    walk.patterns.set(source, pattern);
  }
  const instructions = pattern.programSize();
  if (instructions > maximumPatternInstructions) {
    throw new Refusal(
      `the pattern compiles to ${instructions} instructions, more than the ${maximumPatternInstructions} allowed; use smaller repetition counts`,
      node,
    );
  }
  return instructions;
};

const isVariable = (node: ASTNode, name: string): boolean => node.op === 'id' && node.args === name;

const estimateAll = (walk: Walk, nodes: readonly ASTNode[], depth: number): number =>
  nodes.reduce((sum, node) => sum + estimate(walk, node, depth).cost, 0);

const estimateComprehension = (
  walk: Walk,
  node: ASTNode,
  method: string,
  receiver: ASTNode,
  parameters: readonly ASTNode[],
  depth: number,
): Estimate => {
  if (depth >= maximumNesting) {
    throw new Refusal(`${method}() is nested more than ${maximumNesting} deep; split the rule`, node);
  }
  const range = estimate(walk, receiver, depth);
  // The first parameter names the iteration variable.
  const body = estimateAll(walk, parameters.slice(1), depth + 1);
  return { cost: 1 + range.cost + range.elements * (1 + body), elements: range.elements };
};

const refuse = (node: ASTNode, name: string): never => {
  throw new Refusal(
    `the function ${name}() is not offered to rules: ${remedies[name] ?? 'see docs/policy-reference.md'}`,
    node,
  );
};

const estimateCall = (walk: Walk, node: ASTNode & { op: 'call' }, depth: number): Estimate => {
  const [name, parameters] = node.args;
  if (!calls.has(name)) return refuse(node, name);
  const cost = 1 + estimateAll(walk, parameters, depth);
  if (name === 're') return { cost: cost + patternScan * compilePattern(walk, parameters[1], node), elements: 0 };
  return { cost: name === 'has' ? cost : cost + textScan, elements: 0 };
};

const estimateMethod = (walk: Walk, node: ASTNode & { op: 'rcall' }, depth: number): Estimate => {
  const [method, receiver, parameters] = node.args;
  if (comprehensions.has(method)) return estimateComprehension(walk, node, method, receiver, parameters, depth);
  if (!methods.has(method)) return refuse(node, method);
  return { cost: 1 + textScan + estimateAll(walk, [receiver, ...parameters], depth), elements: 0 };
};

type TypeName = keyof typeof ruleTypes;

/** The message type of `item`, `account`, `counters` or `item.reach`; undefined for everything else. */
const messageType = (node: ASTNode): TypeName | undefined => {
  const name = ((): string | undefined => {
    if (node.op === 'id') return (ruleVariables as Readonly<Record<string, string>>)[node.args];
    if (node.op !== '.') return undefined;
    const holder = messageType(node.args[0]);
    return holder === undefined
      ? undefined
      : (ruleTypes[holder].fields as Readonly<Record<string, string>>)[node.args[1]];
  })();
  return name !== undefined && Object.hasOwn(ruleTypes, name) ? (name as TypeName) : undefined;
};

const estimateAccess = (walk: Walk, node: ASTNode & { op: '.' | '.?' }, depth: number): Estimate => {
  const [receiver, member] = node.args;
  const position = node.range.end - member.length;
  if (isVariable(receiver, 'scores')) walk.categories.push({ category: member, position });
  const cost = 1 + estimate(walk, receiver, depth).cost;
  const type = messageType(receiver);
  if (type === undefined) return { cost, elements: assumedMapEntries };
  const fields: Readonly<Record<string, string>> = ruleTypes[type].fields;
  // The type check would let `has(account.karma)` pass, which could never be true.
  if (!Object.hasOwn(fields, member)) {
    throw new Refusal(`there is no \`${member}\` here; known are ${Object.keys(fields).join(', ')}`, position);
  }
  return { cost, elements: fields[member]?.startsWith('map') ? assumedMapEntries : 0 };
};

const estimateIndex = (walk: Walk, node: ASTNode & { op: '[]' | '[?]' }, depth: number): Estimate => {
  const [receiver, key] = node.args;
  if (isVariable(receiver, 'scores') && key.op === 'value' && typeof key.args === 'string') {
    walk.categories.push({ category: key.args, position: key.range.start });
  }
  return { cost: 1 + estimateAll(walk, [receiver, key], depth), elements: assumedMapEntries };
};

const estimate = (walk: Walk, node: ASTNode, depth: number): Estimate => {
  switch (node.op) {
    case 'value':
      return { cost: 1, elements: 0 };
    case 'id':
      if (node.args === 'cel' || node.args === 'google') {
        throw new Refusal(`\`${node.args}\` is not offered to rules; see docs/policy-reference.md`, node);
      }
      if (Object.hasOwn(ruleVariables, node.args)) walk.variables.add(node.args);
      return { cost: 1, elements: node.args === 'text' ? 0 : assumedMapEntries };
    case '.':
    case '.?':
      return estimateAccess(walk, node, depth);
    case '[]':
    case '[?]':
      return estimateIndex(walk, node, depth);
    case 'call':
      return estimateCall(walk, node, depth);
    case 'rcall':
      return estimateMethod(walk, node, depth);
    case 'list':
      return { cost: 1 + estimateAll(walk, node.args, depth), elements: node.args.length };
    case 'map':
      return { cost: 1 + estimateAll(walk, node.args.flat(), depth), elements: node.args.length };
    case '!_':
    case '-_':
      return { cost: 1 + estimate(walk, node.args, depth).cost, elements: 0 };
    case '?:': {
      const branches = node.args.map((branch) => estimate(walk, branch, depth));
      return {
        cost: 1 + branches.reduce((sum, branch) => sum + branch.cost, 0),
        elements: Math.max(...branches.map((branch) => branch.elements)),
      };
    }
    default: {
      const sides = node.args.map((side) => estimate(walk, side, depth));
      // Membership, equality and the joining of lists go through their elements; the other operators do not.
      const elements = throughElements.has(node.op) ? sides.reduce((sum, side) => sum + side.elements, 0) : 0;
      return { cost: 1 + elements + sides.reduce((sum, side) => sum + side.cost, 0), elements };
    }
  }
};

/**
 * Looks through a parsed expression: only the functions above, nesting and cost within their limits, patterns compiled.
 *
 * The cost estimate counts every branch, lists by their length, maps with 50 entries, texts with a thousand characters: one unit
 * for a node, 64 for a function over a text, 20 per pattern instruction. It bounds what a rule can do on an ordinary item; what it
 * does on a very long one is bounded by the budget of `evaluateRules`.
 */
export const inspectExpression = (root: ASTNode): ExpressionFacts | RuleFault => {
  const walk: Walk = { patterns: new Map(), categories: [], variables: new Set() };
  try {
    const { cost } = estimate(walk, root, 0);
    if (cost > maximumCost) {
      return ruleFault(
        `the estimated cost is ${cost}, above the limit of ${maximumCost}; use fewer or smaller loops`,
        0,
      );
    }
    return { ...walk, cost };
  } catch (error) {
    if (error instanceof Refusal) return error.fault;
    throw error;
  }
};
