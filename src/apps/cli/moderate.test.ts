import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trialAnswerSchema } from '#contracts/items-api.ts';
import { runCli } from '#test/support/run-cli.ts';
import { exitCodeFor } from './exit-codes.ts';
import type { JsonlResult } from './jsonl-run.ts';

const texts = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/texts.json'), 'utf8'),
) as Record<'benign' | 'spammy' | 'ambiguous', string>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-moderate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, lines: readonly unknown[]): string => {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
};
const resultsOf = (stdout: string): JsonlResult[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonlResult);

describe('K4: tidegate moderate, without server and database', () => {
  it('says on a terminal what would be decided and why, and exits by the outcome', async () => {
    const benign = await runCli(['moderate', texts.benign]);
    expect(benign).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^APPROVE/) });
    const spam = await runCli(['moderate', texts.spammy]);
    expect(spam).toMatchObject({ exitCode: 20, stdout: expect.stringMatching(/^REMOVE {2}spam/) });
    expect(spam.stdout).toMatch(/Evidence\n.*\[/);
    expect(spam.stdout).toMatch(/Layers\n {2}1 rules and hashes .* ms/);
  });

  it('gives machines the whole answer, and nothing else', async () => {
    const run = await runCli(['moderate', '--json', '-'], { stdin: `${texts.ambiguous}\n` });
    const answer = trialAnswerSchema.parse(JSON.parse(run.stdout));
    expect(run.stderr).toBe('');
    expect(run.exitCode).toBe(exitCodeFor(answer.decision.outcome));
    expect(answer.trace.map(({ layer }) => layer)).toEqual(expect.arrayContaining([1, 2]));
    for (const { evidence } of answer.trace)
      for (const found of evidence)
        if (found.kind === 'span') expect(found.end).toBeLessThanOrEqual(texts.ambiguous.length);
  });

  it('A3 C2: judges a picture, also by the words in it, and quotes them', async () => {
    const fixtures = join(import.meta.dirname, '../../../test/fixtures/pictures');
    const run = await runCli(['moderate', '--file', join(fixtures, 'meme-hateful.jpg'), texts.benign]);
    expect(run).toMatchObject({ stderr: '', stdout: expect.stringMatching(/^(REVIEW|REMOVE) {2}.*hate_speech/) });
    expect(run.stdout).toMatch(/\[?VERMIN/i);
    const note = await runCli(['moderate', '--json', '--file', join(fixtures, 'note.png')]);
    expect(note.exitCode).toBe(0);
    const answer = trialAnswerSchema.parse(JSON.parse(note.stdout));
    expect(answer.trace.find(({ detector }) => detector === 'image-text')?.derivedParts?.[0]?.text).toMatch(/library/i);
  });

  it('says of a file that is no picture what is wrong with it', async () => {
    const run = await runCli(['moderate', '--file', write('page.html', ['<html>hello</html>'])]);
    expect(run).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('page.html') });
  });

  it('judges a file line by line, in order; the gravest outcome is the exit code', async () => {
    const file = write('posts.jsonl', [
      { id: 'a', text: texts.benign },
      { id: 'b', text: texts.spammy, surface: 'chat' },
      { account: { id: 'someone' }, surface: 'post', parts: [{ id: 'title', kind: 'text', text: texts.benign }] },
    ]);
    const run = await runCli(['moderate', '--jsonl', file]);
    expect(resultsOf(run.stdout)).toMatchObject([
      { line: 1, id: 'a', outcome: 'approve' },
      { line: 2, id: 'b', outcome: 'remove', categories: expect.arrayContaining(['spam']) },
      { line: 3, outcome: 'approve' },
    ]);
    expect(run.exitCode).toBe(20);
    expect(run.stderr).toContain('3 lines');
  });

  it('fails a faulty line alone, and the file as a whole', async () => {
    const file = write('broken.jsonl', [{ text: texts.benign }, '{"text": 7}', { text: texts.benign }]);
    const run = await runCli(['moderate', '--jsonl', file]);
    expect(resultsOf(run.stdout)).toMatchObject([
      { line: 1, outcome: 'approve' },
      { line: 2, error: expect.any(String) },
      { line: 3, outcome: 'approve' },
    ]);
    expect(run.exitCode).toBe(1);
  });

  it.for([
    ['nothing to judge', ['moderate']],
    ['a text and a file', ['moderate', 'x', '--jsonl', 'y']],
    ['an empty text', ['moderate', '']],
    ['a wrong surface', ['moderate', 'x', '--surface', 'The Wall']],
    ['a file that is not there', ['moderate', '--jsonl', '/does/not/exist']],
    ['a picture that is not there', ['moderate', '--file', '/does/not/exist']],
    ['a picture and a file of items', ['moderate', '--file', 'x', '--jsonl', 'y']],
    ['a server without a key', ['moderate', 'x', '--server', 'http://127.0.0.1:1']],
    ['an address that is none', ['moderate', 'x', '--server', 'ftp://x', '--key', 'k']],
  ] as const)('%s is refused as a fault of usage, with a remedy', async ([, args]) => {
    const run = await runCli(args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('→') });
  });

  it('says when the server does not answer', async () => {
    const run = await runCli(['moderate', 'x', '--server', 'http://127.0.0.1:1', '--key', 'some-key']);
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not answer') });
    expect(run.stderr).not.toContain('some-key');
  });
});

describe('K4 H2: tidegate policy check', () => {
  const policies = join(import.meta.dirname, '../../../policies');

  it('finds the policies that ship valid', async () => {
    const run = await runCli(['policy', 'check', join(policies, 'default.yaml')]);
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('valid') });
  });

  it('names file, line and path of what is wrong', async () => {
    const text = readFileSync(join(policies, 'default.yaml'), 'utf8');
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, text.replace(/^( +)review: [\d.]+$/m, '$1review: 7'));
    const line = text.split('\n').findIndex((row) => /^ +review: [\d.]+$/.test(row)) + 1;
    const run = await runCli(['policy', 'check', file]);
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain(`${file}:${line}  categories.`);
    const json = await runCli(['policy', 'check', '--json', file]);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, errors: [{ line }, { line }] });
  });
});
