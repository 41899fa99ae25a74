import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome, Verdict } from '#contracts/decision.ts';
import type { Policy } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import { factsWith, noCalibration, policies, signal, traces } from '#test/support/engine.ts';
import { assess } from './assess.ts';
import { replay } from './decide.ts';
import { effectivePolicy } from './effective-policy.ts';

/** How much an outcome keeps from the world: approve shows, remove takes away. */
const strictness: Record<Outcome, number> = { approve: 0, review: 1, hold: 1, remove: 2 };
/**
 * A removal that the policy leaves to a person is one, too: it hides the item, and ends the layers, so that a later one can no longer remove
 * it for another category.
 */
const strictnessOf = ({ outcome, stopReason, assessments }: Verdict): number =>
  stopReason === 'person_required' && assessments.some(({ status }) => status === 'remove')
    ? strictness.remove
    : strictness[outcome];
const decideOn = (trace: readonly Signal[], policy: Policy, facts = factsWith()) =>
  replay(trace, { policy, facts, calibrations: noCalibration });
const probabilities = (trace: readonly Signal[], policy: Policy, facts = factsWith()) =>
  new Map(
    assess(effectivePolicy(policy, facts), trace, facts, noCalibration).map(({ category, probability }) => [
      category,
      probability,
    ]),
  );

describe('laws of the engine', () => {
  it('monotone thresholds: lower thresholds never make an outcome more lenient', () => {
    fc.assert(
      fc.property(traces, policies, fc.double({ min: 0, max: 1, noNaN: true }), (trace, policy, factor) => {
        const stricter: Policy = {
          ...policy,
          categories: Object.fromEntries(
            Object.entries(policy.categories).map(([name, category]) => [
              name,
              { ...category, review: category.review * factor, remove: category.remove * factor },
            ]),
          ),
        };
        expect(strictnessOf(decideOn(trace, stricter))).toBeGreaterThanOrEqual(strictnessOf(decideOn(trace, policy)));
      }),
      { numRuns: 500 },
    );
  });

  it('monotone scores: a higher score never lowers its category', () => {
    fc.assert(
      fc.property(
        traces,
        policies,
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trace, policy, pick, raised) => {
          fc.pre(trace.length > 0);
          const index = pick % trace.length;
          const changed = trace.map((entry, at) =>
            at === index
              ? {
                  ...entry,
                  scores: Object.fromEntries(
                    Object.entries(entry.scores).map(([category, value]) => [category, Math.max(value, raised)]),
                  ),
                }
              : entry,
          );
          const before = probabilities(trace, policy);
          const after = probabilities(changed, policy);
          for (const [category, probability] of before)
            expect(after.get(category) ?? 0).toBeGreaterThanOrEqual((probability ?? 0) - 1e-12);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a language model never lowers what is found to be removed, whatever else was missing', () => {
    fc.assert(
      fc.property(traces, policies, fc.double({ min: 0, max: 1, noNaN: true }), (trace, policy, score) => {
        const judge = signal({ detector: 'judge', layer: 3, scores: { spam: score, harassment: score } });
        const standing = (signals: readonly Signal[]) =>
          assess(effectivePolicy(policy, factsWith()), signals, factsWith(), noCalibration);
        const removed = standing(trace).filter(({ status }) => status === 'remove');
        fc.pre(removed.length > 0);
        const after = standing([...trace, judge]);
        for (const { category } of removed)
          expect(after.find((one) => one.category === category)?.status).toBe('remove');
      }),
      { numRuns: 500 },
    );
  });

  it('a missing signal never clears: without a required signal nothing is approved', () => {
    fc.assert(
      fc.property(traces, policies, (trace, policy) => {
        const without = trace.map((entry) =>
          entry.detector === 'model' ? { ...entry, status: 'unavailable' as const, scores: {} } : entry,
        );
        expect(decideOn(without, policy).outcome).not.toBe('approve');
      }),
      { numRuns: 500 },
    );
  });

  it('a benign part never lowers a category', () => {
    fc.assert(
      fc.property(
        traces,
        policies,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('model', 'second-model', 'image-model'),
        (trace, policy, low, detector) => {
          const extra = signal({ detector, layer: 2, partId: 'picture', scores: { spam: low, harassment: low } });
          const before = probabilities(trace, policy);
          const after = probabilities([...trace, extra], policy);
          for (const [category, probability] of before)
            expect(after.get(category) ?? 0).toBeGreaterThanOrEqual((probability ?? 0) - 1e-12);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('replay: a stored trace gives the same verdict bit for bit, through JSON and in any process', () => {
    fc.assert(
      fc.property(traces, policies, fc.boolean(), (trace, policy, interrupted) => {
        const facts = factsWith(interrupted ? { interrupted: 'deadline' } : {});
        const stored = JSON.parse(JSON.stringify({ trace, facts, policy })) as {
          trace: Signal[];
          facts: typeof facts;
          policy: Policy;
        };
        expect(JSON.stringify(decideOn(stored.trace, stored.policy, stored.facts))).toBe(
          JSON.stringify(decideOn(trace, policy, facts)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('a fallback never approves', () => {
    fc.assert(
      fc.property(
        traces,
        policies,
        fc.constantFrom('deadline' as const, 'asynchronous' as const, 'configuration_changing' as const),
        (trace, policy, interrupted) => {
          expect(decideOn(trace, policy, factsWith({ interrupted })).outcome).toBe('hold');
        },
      ),
    );
  });

  it('probabilities stay within 0 and 1, and every outcome has a rationale', () => {
    fc.assert(
      fc.property(traces, policies, (trace, policy) => {
        const verdict = decideOn(trace, policy);
        for (const { probability } of verdict.assessments) expect(probability ?? 0).toBeGreaterThanOrEqual(0);
        for (const { probability } of verdict.assessments) expect(probability ?? 0).toBeLessThanOrEqual(1);
        expect(verdict.rationale.length).toBeGreaterThan(10);
      }),
    );
  });
});
