import { describe, expect, it } from 'vitest';
import type { TrialAnswer } from '#contracts/items-api.ts';
import { moderationReport } from './moderation-report.ts';
import { bar, printable, type Terminal, wrap } from './terminal.ts';

const terminal: Terminal = { out: () => {}, note: () => {}, paint: (_style, text) => text, colours: false, width: 60 };

const text = 'buy now \u001b[2Jat https://coins.example/claim today';
const answer: TrialAnswer = {
  decision: {
    outcome: 'remove',
    display: 'removed',
    actions: ['remove'],
    categories: ['spam'],
    confidence: 0.97,
    layer: 1,
    rationale: 'Layer 1 (rules and hashes) put spam at 97 %.',
    policyVersion: 3,
    notAssessed: ['csam'],
    stopReason: 'remove_threshold',
    assessments: [
      {
        category: 'csam',
        status: 'not_assessed',
        probability: null,
        review: 0.3,
        remove: 0.5,
        contributions: [],
        missing: [],
        floor: null,
      },
      {
        category: 'violence',
        status: 'unavailable',
        probability: null,
        review: 0.7,
        remove: 0.9,
        contributions: [],
        missing: ['text-ngram'],
        floor: null,
      },
      {
        category: 'spam',
        status: 'remove',
        probability: 0.97,
        review: 0.65,
        remove: 0.85,
        contributions: [],
        missing: [],
        floor: null,
      },
    ],
  },
  scores: { spam: 0.97 },
  trace: [
    {
      detector: 'links',
      version: '1',
      layer: 1,
      partId: 'body',
      status: 'ok',
      scores: { spam: 0.97 },
      attributes: {},
      evidence: [{ kind: 'span', partId: 'body', start: 15, end: 42, label: 'blocked domain', category: 'spam' }],
      durationMs: 0.2,
      costUsd: 0,
    },
    {
      detector: 'text-ngram',
      version: '1',
      layer: 2,
      status: 'unavailable',
      reason: 'timeout',
      scores: {},
      attributes: {},
      evidence: [],
      durationMs: 200,
      costUsd: 0,
    },
  ],
  layers: [{ layer: 1, durationMs: 0.31, settled: true, explanation: 'spam is above its remove threshold' }],
};

describe('the report on a terminal', () => {
  const report = moderationReport(answer, new Map([['body', text]]), terminal);

  it('says the outcome, the categories, the evidence, the reason and the times', () => {
    expect(report).toContain('REMOVE  spam');
    expect(report).toMatch(/spam\s+█{23}.*97\.0 %.*removed from 0\.85/);
    expect(report).toContain('[https://coins.example/claim] today”');
    expect(report).toContain('Layer 1 (rules and hashes) put spam at 97 %.');
    expect(report).toMatch(/1 rules and hashes\s+0\.31 ms/);
    expect(report).toContain('not assessed: csam');
  });

  it('says what was missing, never as a zero', () => {
    expect(report).toMatch(/violence.*–.*a required signal is missing/);
    expect(report).toContain('text-ngram was unavailable: timeout');
  });

  it('lets no escape sequence of the content through', () => {
    expect(report).not.toContain('\u001b');
    expect(report).toContain('\\u{1b}[2Jat');
  });
});

describe('printing', () => {
  it('shows what is invisible', () => {
    expect(printable('a\u200bb\u202ec\ud800d\ne')).toBe('a\\u{200b}b\\u{202e}c\\u{d800}d e');
    expect(printable('👩\u200d🚒')).toBe('👩\u200d🚒');
  });

  it('draws a bar of exactly its width', () => {
    for (const share of [-1, 0, 0.01, 0.49, 0.5, 0.999, 1, 2]) expect(bar(share, 10)).toHaveLength(10);
    expect(bar(0.5, 4)).toBe('██··');
  });

  it('wraps at spaces and keeps a longer word whole', () => {
    expect(wrap('one two threefourfive six', 10, '  ')).toBe('  one two\n  threefourfive\n  six');
  });
});
