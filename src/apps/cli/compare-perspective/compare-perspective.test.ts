import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '#test/support/run-cli.ts';
import { compareScores, matchThreshold, spearman } from './comparison.ts';
import { comparisonPage } from './comparison-page.ts';
import { type CsvRecord, CsvRecords } from './csv-records.ts';
import { readJsonLine } from './stored-scores.ts';

const csvOf = (text: string, pieceLength = 7): CsvRecord[] => {
  const records = new CsvRecords();
  const found: CsvRecord[] = [];
  for (let at = 0; at < text.length; at += pieceLength) found.push(...records.push(text.slice(at, at + pieceLength)));
  return [...found, ...records.end()];
};

describe('CSV', () => {
  it.each([1, 2, 7, 1_000])('keeps commas, quotes and line ends inside quotes, in pieces of %i', (pieceLength) => {
    const text = 'text,TOXICITY\r\n"a, ""b""\nc",0.5\n\nplain,0.1\nlast,';
    expect(csvOf(text, pieceLength)).toEqual([
      { line: 1, fields: ['text', 'TOXICITY'] },
      { line: 2, fields: ['a, "b"\nc', '0.5'] },
      { line: 5, fields: ['plain', '0.1'] },
      { line: 6, fields: ['last', ''] },
    ]);
  });

  it('loses one line to a stray quote, not the file', () => {
    expect(csvOf('a"b,1\nx,2\n"y"z,3\n"never closed,4\nlast,5\n')).toEqual([
      { line: 1, fields: ['a"b', '1'] },
      { line: 2, fields: ['x', '2'] },
      { line: 3, fault: 'a quote stands astray' },
      { line: 4, fault: 'a quoted field is not closed' },
      { line: 5, fields: ['last', '5'] },
    ]);
  });

  it('does not hold a whole file because of one quote', () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `row ${index},0.5`).join('\n');
    const records = csvOf(`"open,1\n${rows}\n`, 65_536);
    expect(records).toHaveLength(20_001);
    expect(records[0]).toEqual({ line: 1, fault: 'a quoted field is not closed' });
    expect(records.at(-1)).toEqual({ line: 20_001, fields: ['row 19999', '0.5'] });
  });
});

describe('stored scores', () => {
  it('are read in the short form and as the original answered', () => {
    const short = readJsonLine(1, '{"text":"a","scores":{"TOXICITY":0.5,"FLIRTATION":0.1,"INSULT":null}}');
    expect(short).toEqual({ line: 1, text: 'a', scores: new Map([['TOXICITY', 0.5]]) });
    const raw = {
      comment: { text: 'b' },
      attributeScores: { THREAT: { spanScores: [], summaryScore: { value: 0.25, type: 'PROBABILITY' } } },
      languages: ['en'],
    };
    expect(readJsonLine(2, JSON.stringify(raw))).toEqual({ line: 2, text: 'b', scores: new Map([['THREAT', 0.25]]) });
  });

  it.each([
    ['{', 'not JSON'],
    ['7', 'neither'],
    ['{"text":"a"}', 'neither'],
    ['{"text":" ","scores":{"TOXICITY":0.5}}', 'empty'],
    ['{"text":"a","scores":{"TOXICITY":1.5}}', 'TOXICITY is not a score'],
    ['{"text":"a","scores":{"FLIRTATION":0.5}}', 'no score of an attribute'],
    ['{"attributeScores":{"TOXICITY":{"summaryScore":{"value":0.5}}}}', 'neither'],
  ])('%s is a fault', (json, fault) => {
    expect(readJsonLine(3, json)).toMatchObject({ line: 3, fault: expect.stringContaining(fault) });
  });
});

describe('figures', () => {
  it('ranks with ties as their mean', () => {
    expect(spearman({ theirs: [0.1, 0.2, 0.3], ours: [0.5, 0.6, 0.9] })).toBeCloseTo(1, 12);
    expect(spearman({ theirs: [0.1, 0.2, 0.3], ours: [0.9, 0.6, 0.5] })).toBeCloseTo(-1, 12);
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
    expect(spearman({ theirs: [1, 2, 2, 4], ours: [1, 2, 3, 4] })).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
    expect(spearman({ theirs: [0.5, 0.5], ours: [0.1, 0.9] })).toBeNull();
  });

  it('counts shares, agreement and distributions', () => {
    const comparison = compareScores({ theirs: [0, 0.5, 0.7, 1], ours: [0.04, 0.2, 0.95, 1] });
    expect(comparison.means).toEqual({ theirs: 0.55, ours: expect.closeTo(0.5475, 12) });
    expect(comparison.shares).toEqual([
      { from: 0.5, theirs: 0.75, ours: 0.5 },
      { from: 0.7, theirs: 0.5, ours: 0.5 },
      { from: 0.9, theirs: 0.25, ours: 0.5 },
    ]);
    expect(comparison.agreement).toBe(0.75);
    expect(comparison.histograms.theirs[19]).toBe(1);
    expect(comparison.histograms.ours.reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('finds the threshold that flags as many, and what both flag', () => {
    const theirs = [0.1, 0.2, 0.85, 0.9];
    expect(matchThreshold({ theirs, ours: [0.3, 0.61239, 0.4, 0.9] }, 0.8)).toEqual({
      theirs: 0.8,
      share: 0.5,
      ours: 0.6123,
      ourShare: 0.5,
      overlap: 1 / 3,
    });
    expect(matchThreshold({ theirs, ours: [0.5, 0.5, 0.5, 0.5] }, 0.8)).toMatchObject({ ours: 0.5, ourShare: 1 });
    expect(matchThreshold({ theirs, ours: theirs }, 0.95)).toMatchObject({ ours: null, share: 0, overlap: null });
  });
});

describe('the page', () => {
  it('needs nothing else and has no script', () => {
    const comparison = compareScores({ theirs: [0.1, 0.9], ours: [0.2, 0.8] });
    const thresholds = [matchThreshold({ theirs: [0.1, 0.9], ours: [0.2, 0.8] }, 0.5)];
    const counts = { compared: 2, faulty: 1, otherLanguage: 0, unavailable: 0 };
    const page = comparisonPage([{ attribute: 'TOXICITY', comparison, thresholds }], counts);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|https?:|url\(|\son[a-z]+=/i);
    expect(page.match(/<rect /g)).toHaveLength(40);
    expect(page).toContain('ours is 0.8000');
    expect(page).toContain('1 lines could not be read');
  });
});

describe('tidegate compare-perspective', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-compare-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('scores a file again without a server, names faulty lines, and writes the page', async () => {
    const lines = [
      { text: 'You are a stupid idiot and everybody hates you.', scores: { TOXICITY: 0.93 } },
      { text: 'Thank you for the lovely evening.', scores: { TOXICITY: 0.02 } },
      { comment: { text: 'See you on Sunday.' }, attributeScores: { TOXICITY: { summaryScore: { value: 0.01 } } } },
    ].map((line) => JSON.stringify(line));
    const file = write('scores.jsonl', [...lines, 'no JSON'].join('\n'));
    const page = join(folder, 'page.html');
    const run = await runCli(['compare-perspective', file, '--threshold', 'toxicity=0.8', '--html', page]);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('line 4: not JSON') });
    expect(run.stdout).toContain('3 texts compared');
    expect(run.stdout).toMatch(/TOXICITY 0\.8 flagged 33\.3 %: ours is 0\.\d{4}, which flags 33\.3 %; 100\.0 %/);
    expect(readFileSync(page, 'utf8')).toContain('<h2>TOXICITY</h2>');
    expect(readFileSync(page, 'utf8')).not.toContain('idiot');
  });

  it('takes CSV, also from standard input, and answers machines', async () => {
    const stdin = 'id,text,TOXICITY\n1,"You stupid,\n""idiot"" you",0.9\n2,Nice day today,0.1\n3,short\n';
    const run = await runCli(['compare-perspective', '-', '--format', 'csv', '--json'], { stdin });
    expect(run.stderr).toContain('line 5: 2 fields where the header has 3');
    const answer = JSON.parse(run.stdout);
    expect(answer.counts).toEqual({ compared: 2, faulty: 1, otherLanguage: 0, unavailable: 0 });
    expect(answer.attributes[0]).toMatchObject({ attribute: 'TOXICITY', comparison: { texts: 2, agreement: 1 } });
  });

  it('says what is wrong with a file or an option', async () => {
    const empty = await runCli(['compare-perspective', write('empty.jsonl', '')]);
    expect(empty).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('has no texts with scores') });
    expect(empty.stderr).toContain('--help');
    const headless = await runCli(['compare-perspective', write('headless.csv', 'a,b\n1,2\n')]);
    expect(headless).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not name the columns') });
    const missing = await runCli(['compare-perspective', join(folder, 'nowhere.jsonl')]);
    expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('There is no file') });
    const threshold = await runCli(['compare-perspective', 'x.jsonl', '--threshold', 'SPAM=2']);
    expect(threshold).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('TOXICITY=0.8') });
  });
});
