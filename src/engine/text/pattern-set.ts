import { RE2JS, RE2Set } from 're2js';
import { describeFault, type PatternFault } from './pattern-fault.ts';
import type { Span } from './text-view.ts';

export interface PatternSource {
  /** RE2 syntax; `(?i)` at its head for either case. */
  readonly source: string;
}

/** A refused pattern, by its index in the input. */
export interface PatternError extends PatternFault {
  readonly index: number;
}

/** A stretch of the text that pattern `entry` (its index in the input) matched, in UTF-16 offsets. */
export interface PatternMatch extends Span {
  readonly entry: number;
}

export interface PatternMatches {
  readonly matches: readonly PatternMatch[];
  /** False where the text was too long for the patterns, or `stop` said so: what was not found may still be there. */
  readonly complete: boolean;
}

/** Limits of one set. The program size is RE2's own measure of what a pattern costs; ordinary ones have 10 to 100. */
export const patternLimits = {
  patterns: 1_000,
  sourceLength: 1_000,
  programSize: 500,
  setSize: 20_000,
  spansPerPattern: 10,
} as const;

/** Steps (instructions times characters) spent at most where the automaton gives up; measured at 10 to 80 ns each. */
const stepBudget = 10_000_000;
const automatonMemory = 4 * 1024 * 1024;

class AutomatonExhausted extends Error {
  override readonly name = 'AutomatonExhausted';
}

interface CompiledPattern {
  readonly entry: number;
  readonly expression: RE2JS;
  readonly size: number;
}

/**
 * Many regular expressions, in linear time whatever they and the text are. One automaton says which of them match; only those are
 * run singly, for the place.
 */
export class PatternSet {
  readonly #patterns: readonly CompiledPattern[];
  readonly #set = new RE2Set(RE2Set.UNANCHORED, 0, automatonMemory);

  constructor(patterns: readonly CompiledPattern[]) {
    this.#patterns = patterns;
    if (patterns.length === 0) return;
    for (const { expression } of patterns) this.#set.add(expression.pattern());
    this.#set.compile();
    this.#guardAutomaton();
  }

  get size(): number {
    return this.#patterns.length;
  }

  /** `stop` is asked between patterns, so that a deadline or an abort signal ends a long search. */
  match(text: string, stop: () => boolean = () => false): PatternMatches {
    if (this.#patterns.length === 0 || text === '') return { matches: [], complete: true };
    const matches: PatternMatch[] = [];
    let budget = stepBudget;
    let complete = true;
    for (const { entry, expression, size } of this.#candidates(text)) {
      const steps = size * text.length;
      if (steps > budget || stop()) {
        complete = false;
        continue;
      }
      const before = matches.length;
      const matcher = expression.matcher(text);
      while (matches.length - before < patternLimits.spansPerPattern && matcher.find()) {
        if (matcher.end() > matcher.start()) matches.push({ entry, start: matcher.start(), end: matcher.end() });
      }
      budget -= steps;
    }
    return { matches, complete };
  }

  #candidates(text: string): readonly CompiledPattern[] {
    try {
      return this.#set.match(text).map((index) => this.#patterns[index]!);
    } catch (error) {
      if (error instanceof AutomatonExhausted) return this.#patterns;
      throw error;
    }
  }

  /**
   * When its automaton outgrows the memory, an RE2Set simulates all patterns at once, instruction by instruction: for 40,000
   * instructions and 20,000 characters that took a minute. Past the budget we ask each pattern by itself instead.
   */
  #guardAutomaton(): void {
    const automaton = this.#set.dfa;
    const instructions = this.#set.prog.numInst();
    const search = automaton.matchSet.bind(automaton);
    automaton.matchSet = (input, position, anchor) => {
      const found: number[] | null = search(input, position, anchor);
      if (found === null && instructions * input.endPos() > stepBudget / 4) throw new AutomatonExhausted();
      return found as number[];
    };
  }
}

const compileOne = (source: string): { expression: RE2JS; size: number } | PatternFault => {
  if (source.length > patternLimits.sourceLength) {
    const reason = `longer than ${patternLimits.sourceLength} characters; a list of words belongs in a term list`;
    return { code: 'too_long', offset: patternLimits.sourceLength, reason };
  }
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(source);
  } catch (error) {
    return describeFault(source, error);
  }
  const size = expression.programSize();
  if (size > patternLimits.programSize) {
    const reason = `compiles to ${size} instructions, more than ${patternLimits.programSize}; lower its repeat counts or split it`;
    return { code: 'too_large', offset: 0, reason };
  }
  if (expression.matcher('').find()) {
    const reason = 'matches the empty text, so it would match everything; make some part of it mandatory';
    return { code: 'matches_empty_text', offset: 0, reason };
  }
  return { expression, size };
};

/**
 * Compiles what RE2 can run and says of the rest what is wrong and where. Never throws for a bad pattern; a set of the good ones is
 * always returned.
 */
export const compilePatternSet = (
  patterns: readonly PatternSource[],
): { set: PatternSet; errors: readonly PatternError[] } => {
  const compiled: CompiledPattern[] = [];
  const errors: PatternError[] = [];
  let total = 0;
  patterns.forEach(({ source }, index) => {
    const result = compileOne(source);
    if (!('expression' in result)) {
      errors.push({ index, ...result });
      return;
    }
    if (compiled.length >= patternLimits.patterns || total + result.size > patternLimits.setSize) {
      const reason = `one set holds ${patternLimits.patterns} patterns of ${patternLimits.setSize} instructions together; shorten the list`;
      errors.push({ index, code: 'too_many', offset: 0, reason });
      return;
    }
    total += result.size;
    compiled.push({ entry: index, ...result });
  });
  return { set: new PatternSet(compiled), errors };
};
