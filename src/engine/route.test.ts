import { describe, expect, it } from 'vitest';
import type { Policy } from '#contracts/policy.ts';
import type { Effect, Signal } from '#contracts/signal.ts';
import { factsWith, noCalibration, policyWith, signal } from '#test/support/engine.ts';
import { replay } from './decide.ts';

const decideOn = (trace: readonly Signal[], policy: Policy, facts = factsWith()) =>
  replay(trace, { policy, facts, calibrations: noCalibration });
const rule = (...effects: Effect[]): Signal => signal({ detector: 'rules', layer: 1, effects });
const policy = policyWith({ spam: {}, harassment: {} });
const model = (spam: number, harassment = 0.01) => signal({ scores: { spam, harassment } });

describe('how it decides', () => {
  it('approves when every required signal is there and below review', () => {
    const verdict = decideOn([model(0.1)], policy);
    expect(verdict).toMatchObject({ outcome: 'approve', display: 'published', layer: 2, stopReason: 'all_clear' });
    expect(verdict.confidence).toBeCloseTo(0.9);
  });

  it('removes at the remove threshold and asks for the category’s actions', () => {
    const strict = policyWith({ spam: { removeActions: ['limit_rate'] }, harassment: {} });
    expect(decideOn([model(0.95)], strict)).toMatchObject({
      outcome: 'remove',
      display: 'removed',
      categories: ['spam'],
      actions: ['remove', 'limit_rate'],
    });
  });

  it('takes what lies between the thresholds to a person once the layers are exhausted', () => {
    expect(decideOn([model(0.7)], policy)).toMatchObject({
      outcome: 'review',
      display: 'under_review',
      layer: 5,
      categories: ['spam'],
      stopReason: 'layers_exhausted',
    });
  });

  it('leaves a removal to a person where the policy says so, hidden even under post-flag review', () => {
    const careful = policyWith(
      { spam: { automation: { remove: 'person', approve: 'auto' } }, harassment: {} },
      { reviewModel: 'post_flag' },
    );
    expect(decideOn([model(0.95)], careful)).toMatchObject({
      outcome: 'review',
      display: 'under_review',
      stopReason: 'person_required',
    });
  });

  it('shows what is under review where the review model is post-flag', () => {
    expect(decideOn([model(0.7)], policyWith({ spam: {}, harassment: {} }, { reviewModel: 'post_flag' })).display).toBe(
      'published',
    );
  });

  it('ends at layer 1 on a final effect, past fusion and automation', () => {
    const careful = policyWith({ spam: { automation: { remove: 'person', approve: 'auto' } } });
    const verdict = decideOn(
      [rule({ kind: 'act', outcome: 'remove', category: 'spam', actions: ['suspend_account'] })],
      careful,
    );
    expect(verdict).toMatchObject({
      outcome: 'remove',
      layer: 1,
      confidence: 1,
      stopReason: 'final_effect',
      actions: ['remove', 'suspend_account'],
    });
  });

  it('lets an allow effect clear only what the policy lists', () => {
    const trusting = policyWith({ spam: {}, harassment: {} }, { clears: ['spam'] });
    const allow = rule({ kind: 'act', outcome: 'approve' });
    expect(decideOn([allow, model(0.7, 0.01)], trusting).outcome).toBe('approve');
    expect(decideOn([allow, model(0.01, 0.7)], trusting).outcome).toBe('review');
    expect(decideOn([allow, model(0.7)], policy).outcome).toBe('review');
  });

  it('never lets an allow effect clear what a rule holds up', () => {
    const trusting = policyWith({ spam: {}, harassment: {} }, { clears: ['spam'] });
    expect(
      decideOn(
        [rule({ kind: 'act', outcome: 'approve' }, { kind: 'score', category: 'spam', score: 0.6 }), model(0.1)],
        trusting,
      ).outcome,
    ).toBe('review');
  });

  it('names a category without requirements as not assessed, unless something raises it', () => {
    const wide = policyWith({ spam: {}, harassment: {}, copyright: { requires: {} } });
    expect(decideOn([model(0.1)], wide)).toMatchObject({ outcome: 'approve', notAssessed: ['copyright'] });
    expect(decideOn([rule({ kind: 'score', category: 'copyright', score: 0.7 }), model(0.1)], wide)).toMatchObject({
      outcome: 'review',
      categories: ['copyright'],
    });
  });

  it('does not take "nothing could be assessed" for "nothing found"', () => {
    expect(decideOn([], policyWith({ spam: { requires: {} } }))).toMatchObject({
      outcome: 'review',
      stopReason: 'signal_unavailable',
    });
  });

  it('treats a text in a language outside the model’s scope as unassessed, not as clear', () => {
    expect(decideOn([signal({ status: 'not_applicable' })], policy)).toMatchObject({
      outcome: 'review',
      stopReason: 'signal_unavailable',
    });
  });

  it('follows the policy where a required signal is missing', () => {
    const missing = [signal({ status: 'unavailable', reason: 'timeout' })];
    const hold = policyWith({ spam: {}, harassment: {} }, { onUnavailable: 'hold' });
    expect(decideOn(missing, hold)).toMatchObject({ outcome: 'hold', display: 'held' });
    expect(decideOn(missing, hold, factsWith({ lastAttempt: true })).outcome).toBe('review');
    const pass = decideOn(missing, policyWith({ spam: {}, harassment: {} }, { onUnavailable: 'pass' }));
    expect(pass).toMatchObject({ outcome: 'approve', stopReason: 'signal_unavailable' });
    expect(pass.rationale).toContain('missing');
    const oneMissing = policyWith({ spam: { onUnavailable: 'pass', requires: { text: ['other'] } }, harassment: {} });
    expect(decideOn([model(0.1)], oneMissing).outcome).toBe('approve');
  });

  it('needs the person who approves a category also where the category could not be looked at', () => {
    const careful = policyWith(
      { spam: { automation: { remove: 'auto', approve: 'person' } }, harassment: {} },
      { onUnavailable: 'pass' },
    );
    expect(decideOn([model(0.1)], careful)).toMatchObject({ outcome: 'review', stopReason: 'person_required' });
    expect(decideOn([signal({ status: 'unavailable', reason: 'timeout' })], careful)).toMatchObject({
      outcome: 'review',
      stopReason: 'person_required',
    });
  });

  it('follows the policy where rules could not be asked', () => {
    const unasked = { ...rule(), status: 'unavailable' as const, reason: 'rules that could not be asked: a' };
    expect(decideOn([unasked, model(0.1)], policy)).toMatchObject({
      outcome: 'review',
      stopReason: 'rules_unavailable',
    });
    expect(decideOn([unasked, model(0.95)], policy)).toMatchObject({ outcome: 'remove' });
    const hold = policyWith({ spam: {}, harassment: {} }, { onUnavailable: 'hold' });
    expect(decideOn([unasked, model(0.1)], hold)).toMatchObject({ outcome: 'hold', display: 'held' });
    expect(decideOn([unasked, model(0.1)], hold, factsWith({ lastAttempt: true })).outcome).toBe('review');
    const pass = policyWith({ spam: {}, harassment: {} }, { onUnavailable: 'pass' });
    expect(decideOn([unasked, model(0.1)], pass)).toMatchObject({
      outcome: 'approve',
      stopReason: 'rules_unavailable',
    });
  });

  it('finds nothing below a review threshold of 0', () => {
    const everything = policyWith({ spam: { review: 0, remove: 1 }, harassment: {} });
    expect(decideOn([signal({ scores: { harassment: 0.01 } })], everything)).toMatchObject({
      outcome: 'review',
      categories: ['spam'],
    });
  });

  it('does not show before the deadline is over what a rule or the policy keeps for a person', () => {
    const late = factsWith({ interrupted: 'deadline' });
    const publishing = policyWith({ spam: {}, harassment: {} }, { onDeadline: 'publish' });
    expect(decideOn([rule({ kind: 'label', label: 'seen' })], publishing, late).display).toBe('published');
    const keeping: Effect[] = [
      { kind: 'hold' },
      { kind: 'route', queue: 'vip' },
      { kind: 'act', outcome: 'remove', category: 'spam' },
    ];
    for (const effect of keeping) expect(decideOn([rule(effect)], publishing, late).display).toBe('held');
    const byPerson = policyWith(
      { spam: { automation: { remove: 'auto', approve: 'person' } }, harassment: {} },
      { onDeadline: 'publish' },
    );
    expect(decideOn([], byPerson, late).display).toBe('held');
  });

  it('takes a routed item to a person, in the rule’s queue, but still hears the local models', () => {
    expect(decideOn([rule({ kind: 'route', queue: 'vip' }), model(0.1)], policy)).toMatchObject({
      outcome: 'review',
      queue: 'vip',
      stopReason: 'routed_by_rule',
    });
    expect(decideOn([rule({ kind: 'route', queue: 'vip' }), model(0.95)], policy).outcome).toBe('remove');
  });

  it('draws quality samples from what is clear, without hiding them', () => {
    expect(decideOn([model(0.1)], policy, factsWith({ qualitySampled: true }))).toMatchObject({
      outcome: 'review',
      display: 'published',
      stopReason: 'quality_sample',
    });
  });

  it('lays overrides of surface, tier and locale over the thresholds', () => {
    const lax = policyWith(
      { spam: {}, harassment: {} },
      {
        overrides: [
          { name: 'chat', when: { surface: ['chat'], locale: ['en'] }, categories: { spam: { review: 0.8 } } },
        ],
      },
    );
    expect(decideOn([model(0.7)], lax, factsWith({ surface: 'chat', locale: 'en-GB' })).outcome).toBe('approve');
    expect(decideOn([model(0.7)], lax, factsWith({ surface: 'chat', locale: 'fr' })).outcome).toBe('review');
  });

  it('leaves what only the legal role may see to them, whatever else would remove it or send it elsewhere', () => {
    const elsewhere = signal({
      detector: 'rules',
      layer: 1,
      scores: {},
      effects: [{ kind: 'route', queue: 'media' }, { kind: 'hold' }],
    });
    const legal = signal({
      detector: 'hash-banks',
      layer: 1,
      scores: {},
      effects: [{ kind: 'route', queue: 'legal', category: 'spam' }, { kind: 'hold' }],
    });
    expect(decideOn([elsewhere, legal, model(0.1, 0.99)], policy)).toMatchObject({
      outcome: 'review',
      display: 'under_review',
      queue: 'legal',
      categories: ['harassment', 'spam'],
    });
  });

  it('approves no item with a file that could not be had, even where no category requires a look at pictures', () => {
    const missing = signal({ detector: 'files', layer: 1, partId: 'photo', status: 'unavailable', scores: {} });
    expect(decideOn([model(0.1)], policy)).toMatchObject({ outcome: 'approve' });
    expect(decideOn([missing, model(0.1)], policy)).toMatchObject({ stopReason: 'signal_unavailable' });
    expect(decideOn([missing, model(0.1)], policy).outcome).not.toBe('approve');
  });

  it('asks a language model only about what lies between, and keeps layer-1 findings as a floor', () => {
    const facts = factsWith({ layers: [...factsWith().layers, { layer: 3, judges: ['spam', 'harassment'] }] });
    const judge = (spam: number) => signal({ detector: 'judge', layer: 3, scores: { spam } });
    expect(decideOn([model(0.7), judge(0.1)], policy, facts)).toMatchObject({ outcome: 'approve', layer: 3 });
    expect(decideOn([model(0.7), judge(0.95)], policy, facts).rationale).toContain('spam at 95 % (by judge;');
    const weights = { model: { weight: 0, midpoint: -3 }, terms: { weight: 1, midpoint: -3 } };
    const deaf = policyWith({ spam: {}, harassment: {} }, { fusion: { spam: { bias: -3, terms: weights } } });
    const found = signal({ detector: 'terms', layer: 1, scores: { spam: 0.6 } });
    expect(decideOn([found, model(0.5), judge(0.1)], deaf, facts).outcome).toBe('review');
    expect(decideOn([model(0.1), judge(0.99)], policy, facts)).toMatchObject({ outcome: 'approve', layer: 2 });
  });
});
