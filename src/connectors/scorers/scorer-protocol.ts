import type { Category } from '#contracts/category.ts';
import type { ScorerContent } from '#engine/ports/external-scorer.ts';

/** What one server is asked, and how its answer is read. */
export interface ScorerProtocol {
  readonly judges: readonly Category[];
  /** Where, and with what headers beside the content type. Secrets are in here. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, to be sent as JSON. */
  ask(content: ScorerContent): unknown;
  /** @throws UnusableAnswer where the answer is not what was agreed on */
  read(answer: unknown): Reading;
  /** Why the server does not know such content, from the body of a refusal (400, 415, 422); undefined where it says something else. */
  readRefusal?(answer: unknown): string | undefined;
}

export type Reading =
  | {
      readonly status: 'ok';
      readonly scores: Readonly<Record<Category, number>>;
      readonly attributes: Readonly<Record<string, number | string>>;
    }
  | { readonly status: 'not_applicable'; readonly reason: string };

/** An answer that says nothing that can be used. The message names the place, never what stands there. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
}

/** Rounding in the last digits is no lie. */
const tolerance = 1e-9;

/** @param place where it was found, for the message @throws UnusableAnswer for what is missing, no number, or outside 0..1 */
export const probabilityAt = (value: unknown, place: string): number => {
  if (value === undefined) throw new UnusableAnswer(`there is nothing at ${place}`);
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new UnusableAnswer(`what stands at ${place} is no number`);
  if (value < -tolerance || value > 1 + tolerance) throw new UnusableAnswer(`the number at ${place} is outside 0 to 1`);
  return Math.min(1, Math.max(0, value));
};
