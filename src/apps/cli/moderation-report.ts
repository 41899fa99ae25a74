import type { Assessment } from '#contracts/decision.ts';
import type { TrialAnswer } from '#contracts/items-api.ts';
import type { Evidence } from '#contracts/signal.ts';
import { bar, printable, type Terminal, wrap } from './terminal.ts';

const layerNames: Readonly<Record<number, string>> = {
  1: 'rules and hashes',
  2: 'local models',
  3: 'small language model',
  4: 'large language model',
  5: 'a person',
};
const outcomeStyles = { approve: 'green', review: 'yellow', hold: 'yellow', remove: 'red' } as const;
const outcomeWords = { approve: 'APPROVE', review: 'REVIEW', hold: 'HOLD', remove: 'REMOVE' } as const;
const statusStyles = {
  clear: 'green',
  cleared_by_trust: 'green',
  between: 'yellow',
  remove: 'red',
  unavailable: 'magenta',
  not_assessed: 'gray',
} as const;

const percent = (probability: number): string => `${(probability * 100).toFixed(1)} %`.padStart(7);

const verdictOn = ({ status, review, remove }: Assessment): string => {
  switch (status) {
    case 'clear':
      return `clear, below ${review.toFixed(2)}`;
    case 'between':
      return `a person decides between ${review.toFixed(2)} and ${remove.toFixed(2)}`;
    case 'remove':
      return `removed from ${remove.toFixed(2)}`;
    case 'unavailable':
      return 'a required signal is missing';
    case 'cleared_by_trust':
      return 'cleared by an allow effect';
    case 'not_assessed':
      return 'not assessed';
  }
};

const categoryLines = (answer: TrialAnswer, terminal: Terminal): string[] => {
  const shown = answer.decision.assessments
    .filter(({ status }) => status !== 'not_assessed')
    .toSorted((left, right) => (right.probability ?? -1) - (left.probability ?? -1));
  const nameWidth = Math.max(0, ...shown.map(({ category }) => category.length));
  return shown.map((assessment) => {
    const probability = assessment.probability ?? 0;
    const style = statusStyles[assessment.status];
    const number = assessment.probability === null ? '      –' : percent(probability);
    return `  ${assessment.category.padEnd(nameWidth)}  ${terminal.paint(style, bar(probability, 24))} ${number}  ${terminal.paint('gray', verdictOn(assessment))}`;
  });
};

const excerptMargin = 32;

/** The finding with a little of what surrounds it; brackets stand in for colour. */
const excerpt = (text: string, start: number, end: number, terminal: Terminal): string => {
  const from = Math.max(0, start - excerptMargin);
  const to = Math.min(text.length, end + excerptMargin);
  const found = printable(text.slice(start, end));
  const marked = terminal.colours ? terminal.paint(['bold', 'underline'], found) : `[${found}]`;
  const before = `${from > 0 ? '…' : ''}${printable(text.slice(from, start))}`;
  const after = `${printable(text.slice(end, to))}${to < text.length ? '…' : ''}`;
  return `“${before}${marked}${after}”`;
};

const placeOf = (evidence: Evidence, texts: ReadonlyMap<string, string>, terminal: Terminal): string => {
  switch (evidence.kind) {
    case 'span': {
      const text = texts.get(evidence.partId);
      return text === undefined ? '' : excerpt(text, evidence.start, evidence.end, terminal);
    }
    case 'rule':
      return `rule ${evidence.ruleId}`;
    case 'fact':
      return `${evidence.name} = ${printable(String(evidence.value))}`;
    case 'hash_match':
      return `match in ${printable(evidence.bank)}, distance ${evidence.distance}`;
    case 'box':
    case 'time_range':
      return `part ${printable(evidence.partId)}`;
  }
};

const mostEvidence = 8;

/** Findings in the same place stand on one line, the weightiest first. */
const evidenceLines = (answer: TrialAnswer, texts: ReadonlyMap<string, string>, terminal: Terminal): string[] => {
  const found = new Map<string, { weight: number; readonly words: Set<string> }>();
  for (const { detector, evidence: all } of answer.trace) {
    for (const evidence of all) {
      const place = placeOf(evidence, texts, terminal);
      const entry = found.get(place) ?? { weight: 0, words: new Set<string>() };
      const label = printable(evidence.label);
      const what =
        evidence.category === undefined || evidence.category === label ? label : `${evidence.category}: ${label}`;
      entry.words.add(`${what} (${detector})`);
      entry.weight = Math.max(entry.weight, evidence.weight ?? 0);
      found.set(place, entry);
    }
  }
  const lines = [...found]
    .toSorted(([, left], [, right]) => right.weight - left.weight)
    .map(([place, { words }]) => `  ${place}  ${terminal.paint('gray', [...words].join(', '))}`);
  return lines.length <= mostEvidence
    ? lines
    : [...lines.slice(0, mostEvidence), `  … and ${lines.length - mostEvidence} more; --json has them all`];
};

/** The layer that settled it has the rationale for its explanation, which stands under "Why" already. */
const layerLines = (answer: TrialAnswer, terminal: Terminal): string[] =>
  answer.layers.map(({ layer, durationMs, settled, explanation }) => {
    const name = `${layer} ${layerNames[layer] ?? ''}`.padEnd(24);
    const time = `${durationMs.toFixed(durationMs < 10 ? 2 : 1)} ms`.padStart(9);
    const stopped = terminal.paint('bold', `settled: ${answer.decision.stopReason.replaceAll('_', ' ')}`);
    return `  ${name}${time}  ${settled ? stopped : printable(explanation)}`;
  });

const missedLines = (answer: TrialAnswer, terminal: Terminal): string[] =>
  answer.trace
    .filter(({ status }) => status === 'unavailable')
    .map(({ detector, reason }) =>
      terminal.paint('magenta', `  ${detector} was unavailable: ${printable(reason ?? 'no reason given')}`),
    );

const section = (title: string, lines: readonly string[], terminal: Terminal): string[] =>
  lines.length === 0 ? [] : ['', terminal.paint('bold', title), ...lines];

/**
 * The trial as a person reads it: outcome, categories with bars, evidence, the reason, the layers with their times.
 *
 * @param texts the text of each part by part id, to quote evidence from
 */
export const moderationReport = (
  answer: TrialAnswer,
  texts: ReadonlyMap<string, string>,
  terminal: Terminal,
): string => {
  const { decision } = answer;
  const style = outcomeStyles[decision.outcome];
  const headline = [
    terminal.paint(['bold', style], outcomeWords[decision.outcome]),
    decision.categories.length > 0 ? decision.categories.join(', ') : undefined,
    terminal.paint(
      'gray',
      `shown as ${decision.display.replace('_', ' ')}, confidence ${(decision.confidence * 100).toFixed(0)} %`,
    ),
  ].filter((word) => word !== undefined);
  const actions = decision.actions.length > 0 ? [`  actions: ${decision.actions.join(', ')}`] : [];
  const notAssessed =
    decision.notAssessed.length > 0
      ? [terminal.paint('gray', `  not assessed: ${decision.notAssessed.join(', ')}`)]
      : [];
  return [
    headline.join('  '),
    ...actions,
    ...section('Categories', [...categoryLines(answer, terminal), ...notAssessed], terminal),
    ...section('Evidence', evidenceLines(answer, texts, terminal), terminal),
    ...section('Why', [wrap(printable(decision.rationale), terminal.width, '  ')], terminal),
    ...section('Layers', [...layerLines(answer, terminal), ...missedLines(answer, terminal)], terminal),
  ].join('\n');
};
