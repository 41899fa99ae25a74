import { partKinds } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Detector, DetectorContext } from '#engine/ports/detector.ts';
import { viewAccount } from './account-facts.ts';

const version = '1';
/** Logit of an account of which nothing speaks for spam: about one in twelve. */
const base = -2.5;
/** Signs of an account alone are never proof. */
const highestScore = 0.9;

const signalOf = (
  fields: Pick<Signal, 'status' | 'scores' | 'attributes' | 'evidence'> & { reason?: string },
): Signal => ({
  detector: 'account',
  version,
  layer: 1,
  durationMs: 0,
  costUsd: 0,
  ...fields,
});

const judge = (context: DetectorContext): Signal => {
  const { findings, unavailableCounters } = viewAccount(context);
  const attributes: Record<string, number | string | boolean> = Object.fromEntries(
    findings.map(({ name, value }) => [name, value]),
  );
  if (unavailableCounters.length > 0) attributes.unavailable_counters = unavailableCounters.join(', ');
  if (findings.length === 0) {
    return unavailableCounters.length > 0
      ? signalOf({
          status: 'unavailable',
          reason: 'counters: none could be read',
          scores: {},
          attributes,
          evidence: [],
        })
      : signalOf({ status: 'ok', scores: {}, attributes, evidence: [] });
  }
  const speaking = findings.filter(({ weight }) => weight > 0);
  if (speaking.length === 0) return signalOf({ status: 'ok', scores: {}, attributes, evidence: [] });
  const sum = findings.reduce((total, { weight }) => total + weight, base);
  return signalOf({
    status: 'ok',
    scores: { spam: Math.min(highestScore, 1 / (1 + Math.exp(-sum))) },
    attributes,
    evidence: speaking
      .toSorted((one, other) => other.weight - one.weight)
      .map(({ name, value, weight, label }) => ({ kind: 'fact', category: 'spam', name, value, label, weight })),
  });
};

/**
 * What the account behind an item says about spam: its age, how fast it posts, how often it was removed, whether others post the same
 * text, and what the platform says of its address (`metadata.address_accounts_24h`, `address_is_proxy`, `address_changed_country`).
 *
 * `spam` is a score only where something speaks for it; a fact that is unknown leaves its term out. Counters that could not be read are
 * listed in the attribute `unavailable_counters`; with nothing known at all the signal is `unavailable`.
 */
export const createAccountDetector = (): Detector => ({
  id: 'account',
  version,
  layer: 1,
  scope: 'item',
  kinds: partKinds,
  judges: ['spam'],
  deterministic: true,
  reuse: 'never',
  timeoutMs: 50,
  costUsd: 0,
  detect: (inputs) => Promise.resolve(inputs.map(({ context }) => judge(context))),
});
