import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basePriority, orderKey, priorityAt, recencyHalfLifeMs } from './priority.ts';

const severity = fc.integer({ min: 1, max: 5 });
const probability = fc.double({ min: 0, max: 1, noNaN: true });
const likely = fc.double({ min: 0.01, max: 1, noNaN: true });
const reach = fc.integer({ min: 0, max: 100_000_000 });
const visible = fc.boolean();
const base = fc.double({ min: 0.01, max: 100, noNaN: true });
/** 2020 to 2100, in milliseconds. */
const time = fc.integer({ min: 1_577_836_800_000, max: 4_102_444_800_000 });
const duration = fc.integer({ min: 1, max: 400 * recencyHalfLifeMs });

describe('base priority', () => {
  it('stays within 0 and 100', () => {
    fc.assert(
      fc.property(severity, fc.option(probability), fc.option(reach), visible, (s, p, r, v) => {
        const value = basePriority({ severity: s, probability: p, reach: r, visible: v });
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('rises with severity, all else equal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), likely, fc.option(reach), visible, (s, p, r, v) => {
        const rest = { probability: p, reach: r, visible: v };
        expect(basePriority({ ...rest, severity: s + 1 })).toBeGreaterThan(basePriority({ ...rest, severity: s }));
      }),
    );
  });

  it('never falls as the probability rises', () => {
    fc.assert(
      fc.property(severity, probability, probability, reach, (s, one, other, r) => {
        const at = (p: number) => basePriority({ severity: s, probability: p, reach: r });
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)));
      }),
    );
  });

  it('never falls as the reach rises, and does rise below a million', () => {
    fc.assert(
      fc.property(severity, likely, reach, reach, visible, (s, p, one, other, v) => {
        const at = (r: number) => basePriority({ severity: s, probability: p, reach: r, visible: v });
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)));
      }),
    );
    expect(basePriority({ severity: 3, probability: 0.8, reach: 10_000 })).toBeGreaterThan(
      basePriority({ severity: 3, probability: 0.8, reach: 1_000 }),
    );
  });

  it('is higher for what is on display', () => {
    fc.assert(
      fc.property(severity, likely, reach, (s, p, r) => {
        const rest = { severity: s, probability: p, reach: r };
        expect(basePriority({ ...rest, visible: true })).toBeGreaterThan(basePriority({ ...rest, visible: false }));
      }),
    );
  });

  it('reads an unknown reach or probability as ordinary, never as zero', () => {
    const rest = { severity: 3, probability: 0.8, reach: 0 };
    expect(basePriority({ ...rest, reach: null })).toBeGreaterThan(basePriority(rest));
    expect(basePriority({ ...rest, probability: null })).toBeGreaterThan(basePriority({ ...rest, probability: 0.1 }));
    expect(basePriority({ ...rest, probability: null })).toBeLessThan(basePriority(rest));
  });
});

describe('priority over time', () => {
  it('starts at the base and falls with age', () => {
    fc.assert(
      fc.property(base, time, duration, (b, created, age) => {
        const key = orderKey(b, created);
        expect(priorityAt(key, created)).toBeCloseTo(b, 6);
        expect(priorityAt(key, created + age)).toBeLessThan(priorityAt(key, created));
      }),
    );
  });

  it('gives the newer of two equal tasks the higher priority', () => {
    fc.assert(
      fc.property(base, time, duration, (b, created, later) => {
        expect(orderKey(b, created + later)).toBeGreaterThan(orderKey(b, created));
      }),
    );
  });

  it('halves the recency factor, so takes the root of a half off the priority, in a half-life', () => {
    const key = orderKey(80, 1_800_000_000_000);
    expect(priorityAt(key, 1_800_000_000_000 + recencyHalfLifeMs)).toBeCloseTo(80 * Math.SQRT1_2, 6);
  });

  it('sorts by key as by priority, at every moment', () => {
    fc.assert(
      fc.property(base, base, time, duration, duration, (one, other, created, later, wait) => {
        const older = orderKey(one, created);
        const newer = orderKey(other, created + later);
        const decay = 2 ** (-(later + wait) / (2 * recencyHalfLifeMs));
        const olderNow = one * decay;
        const newerNow = other * 2 ** (-wait / (2 * recencyHalfLifeMs));
        fc.pre(Math.abs(Math.log2(olderNow / newerNow)) > 1e-6);
        expect(older > newer).toBe(olderNow > newerNow);
      }),
    );
  });

  it('keeps a grave task ahead of a fresh nuisance for days, not for ever', () => {
    const now = 1_800_000_000_000;
    const day = 24 * 60 * 60 * 1000;
    const facts = { probability: 0.8, reach: null };
    const nuisance = orderKey(basePriority({ ...facts, severity: 1 }), now);
    const grave = (days: number) => orderKey(basePriority({ ...facts, severity: 5 }), now - days * day);
    expect(grave(3.9)).toBeGreaterThan(nuisance);
    expect(grave(4.1)).toBeLessThan(nuisance);
  });

  it('gives a task without any risk a finite key, behind all others', () => {
    expect(Number.isFinite(orderKey(0, 1_800_000_000_000))).toBe(true);
    expect(orderKey(0, 1_800_000_000_000)).toBeLessThan(orderKey(0.01, 1_800_000_000_000));
  });
});
