import type { Decision } from '#contracts/decision.ts';
import type { Signal } from '#contracts/signal.ts';
import { type Client, comment, submit } from '#test/support/application.ts';
import { detailOf } from './items.ts';

/** Submits a comment and gives its decision with the whole trace. */
export const decisionOn = async (
  client: Client,
  text: string,
  overrides: Record<string, unknown> = {},
): Promise<Decision> => {
  const { itemId } = await submit(client, comment(text, { deadlineMs: 20_000, ...overrides }));
  const [decision] = (await detailOf(client, itemId)).decisions;
  if (decision === undefined) throw new Error(`item ${itemId} has no decision`);
  return decision;
};

/** What a detector said. @throws Error where it did not run */
export const signalOf = ({ trace }: Decision, detector: string): Signal => {
  const signal = trace.find((candidate) => candidate.detector === detector);
  if (signal === undefined) throw new Error(`${detector} is not in the trace`);
  return signal;
};

/** The pieces of text that a signal's evidence points at. */
export const quoted = ({ evidence }: Signal, text: string): string[] =>
  evidence.flatMap((one) => (one.kind === 'span' ? [text.slice(one.start, one.end)] : []));

/** What the evidence calls what it found. */
export const labelsOf = ({ evidence }: Signal): string[] => evidence.map(({ label }) => label);
