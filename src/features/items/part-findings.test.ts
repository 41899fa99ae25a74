import { describe, expect, it } from 'vitest';
import type { Signal } from '#contracts/signal.ts';
import { signal } from '#test/support/engine.ts';
import { findingsOf, withDerivedText, withoutDerivedText } from './part-findings.ts';

const judgeSaying = (rationale: string): Signal =>
  signal({ detector: 'judge-small', layer: 3, status: 'not_applicable', attributes: { judge_rationale: rationale } });
const silent = signal({ detector: 'judge-small', layer: 3, status: 'unavailable', attributes: {} });

describe('what is kept beside a decision', () => {
  it('has each decision about a version with its own rationale, and none where the model did not answer', () => {
    const decisions = [
      ['first', judgeSaying('At first.')],
      ['second', silent],
      ['third', judgeSaying('In the end.')],
    ] as const;
    const kept = new Map(
      decisions
        .flatMap(([id, of]) => findingsOf(id, [of], new Map())?.derivedTexts ?? [])
        .map((text) => [text.partId, text]),
    );
    const shown = decisions.map(([id, of]) => withDerivedText(id, withoutDerivedText(of), kept).attributes);
    expect(shown).toEqual([{ judge_rationale: 'At first.' }, {}, { judge_rationale: 'In the end.' }]);
  });

  it('keeps nothing of it in the decision itself', () => {
    expect(JSON.stringify(withoutDerivedText(judgeSaying('A quotation.')))).not.toContain('quotation');
  });
});
