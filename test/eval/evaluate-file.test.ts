import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelReportSchema } from '#contracts/models.ts';
import { cliEnvironment } from '#test/support/run-cli.ts';

const root = join(import.meta.dirname, '../..');
const texts = join(root, 'test/fixtures/evaluation/texts.jsonl');
const quarrel = 'You are a pathetic idiot and everybody laughs at you';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidegate-evaluation-'));
});
afterAll(() => rm(folder, { recursive: true }));

const evaluate = async (...args: string[]) => {
  const child = spawn(process.execPath, [join(root, 'eval/main.ts'), ...args], {
    env: cliEnvironment({}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stdout, stderr };
};
const file = async (name: string, content: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe('npm run eval -- FILE.jsonl', () => {
  it('prints figures, slices and what could not be measured, and writes both reports without the texts', async () => {
    const html = join(folder, 'own.html');
    const json = join(folder, 'own.json');
    const run = await evaluate(texts, '--html', html, '--json', json);
    expect(run.stderr).toBe('');
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/\| harassment +\| +26 \| +10 \| /);
    expect(run.stdout).toMatch(/\| spam +\| review +\| 0\.\d\d \|/);
    expect(run.stdout).toMatch(/By source.+made-up adverts/s);
    expect(run.stdout).toMatch(/By length.+8 words or fewer/s);
    expect(run.stdout).toMatch(/By evasion.+leet/s);
    expect(run.stdout).toContain('copyright: 1 without a score (nothing here judges it)');
    expect(run.stdout).toContain('harassment: 1 without a score (in a language that the model does not know)');
    expect(run.stdout).toContain(`Report: ${html}`);

    const report = modelReportSchema.parse(JSON.parse(await readFile(json, 'utf8')));
    expect(report.items).toBe(28);
    const spam = report.labels.find(({ label }) => label === 'spam');
    expect(spam).toMatchObject({ kind: 'category', count: 16, positives: 8 });
    expect(spam?.headline.rocAuc).toBeGreaterThan(0.9);
    expect(spam?.operatingPoints.map(({ name }) => name)).toEqual(['review', 'remove']);
    expect(report.labels.find(({ label }) => label === 'toxicity')).toMatchObject({ kind: 'attribute', count: 16 });
    expect(report.notScored).toContainEqual({ label: 'copyright', status: 'not_assessed', count: 1 });

    const page = await readFile(html, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|https?:\/\//);
    expect(page.match(/<svg/g)?.length).toBe(page.match(/<title id=/g)?.length);
    expect(page).not.toContain(quarrel);
    expect(page).not.toContain('tomatoes');
  });

  it('shows texts only when asked, as plain text, and puts the report beside the file', async () => {
    const misjudged = { text: `<b>${quarrel}</b>`, labels: { harassment: 0 }, source: '<i>wild</i>' };
    const calm = { text: 'See you at nine.', labels: { harassment: 0 } };
    const path = await file('shown.jsonl', `${JSON.stringify(misjudged)}\n${JSON.stringify(calm)}\n`);
    expect((await evaluate(path, '--examples', '5')).exitCode).toBe(0);
    const page = await readFile(join(folder, 'shown.report.html'), 'utf8');
    expect(page).toContain(`&lt;b&gt;${quarrel}&lt;/b&gt;`);
    expect(page).toContain('&lt;i&gt;wild&lt;/i&gt;');
    expect(page).not.toMatch(/<b>|<i>/);
    expect(page).not.toContain('See you at nine');
  });

  it('names bad lines, leaves them out and goes on', async () => {
    const good = JSON.stringify({ text: 'See you at nine.', labels: { spam: 0, harassment: null } });
    const path = await file(
      'bad.jsonl',
      `${good}\nnot json\n\n{"text":1,"labels":{}}\n{"text":"x","labels":{"spam":2}}\n{"text":"x","labels":{"spam":null}}\n{"text":"x","labels":{"__proto__":1,"Spam":1}}\n[]\n`,
    );
    const run = await evaluate(path, '--json', join(folder, 'bad.json'));
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('6 lines were left out');
    expect(run.stderr).toContain('line 2: not JSON');
    expect(run.stderr).toMatch(/line 4: text: /);
    expect(run.stderr).toMatch(/line 5: labels\.spam: /);
    expect(run.stderr).toMatch(/line 6: labels: names no label/);
    expect(run.stderr).toMatch(/line 7: labels/);
    expect(run.stderr).toMatch(/line 8: /);
    const report = modelReportSchema.parse(JSON.parse(await readFile(join(folder, 'bad.json'), 'utf8')));
    expect(report.items).toBe(1);
  });

  it.each([
    ['nothing valid in it', 'nothing\nat all\n', /2 lines were left out.+holds no labelled text/s],
    [
      'labels that nothing judges',
      '{"text":"hello there","labels":{"nonsense":1}}\n',
      /No label could be measured: nonsense/,
    ],
  ])('refuses a file with %s, says what to do and ends with status 2', async (name, content, said) => {
    const path = await file(`${name.replaceAll(' ', '-')}.jsonl`, content);
    const run = await evaluate(path);
    expect(run.stderr).toMatch(said);
    expect(run.exitCode).toBe(2);
    expect((await readdir(folder)).filter((entry) => entry.startsWith(name.replaceAll(' ', '-')))).toHaveLength(1);
  });

  it.each([
    [['nowhere.jsonl'], /nowhere\.jsonl cannot be read/],
    [[texts, '--base-rate', '2'], /--base-rate 2: it must be a share/],
    [[texts, '--examples', 'many'], /--examples many: it must be a whole number/],
    [[texts, '--wrong'], /--wrong.+npm run eval -- FILE\.jsonl/s],
    [[texts, '--policy', texts], /The policy is not valid/],
    [[texts, '--policy', 'nowhere.yaml'], /The policy cannot be read/],
  ])('refuses %j', async (args, said) => {
    const run = await evaluate(...args);
    expect(run.stderr).toMatch(said);
    expect(run.stdout).toBe('');
    expect(run.exitCode).toBe(2);
  });

  it('measures under a policy of one’s own and for a share of violating texts', async () => {
    const policy = await readFile(join(root, 'policies/default.yaml'), 'utf8');
    const own = await file('own.yaml', policy.replace('remove: 0.85', 'remove: 0.71'));
    const json = join(folder, 'rate.json');
    const html = join(folder, 'rate.html');
    const run = await evaluate(texts, '--policy', own, '--base-rate', '0.02', '--json', json, '--html', html);
    expect(run.exitCode).toBe(0);
    const spam = modelReportSchema
      .parse(JSON.parse(await readFile(json, 'utf8')))
      .labels.find(({ label }) => label === 'spam');
    expect(spam?.baseRate).toBe(0.02);
    expect(spam?.operatingPoints[1]).toMatchObject({ name: 'remove', threshold: 0.71 });
    const review = spam!.operatingPoints[0]!;
    expect(review.workload).toBeCloseTo(0.02 * review.recall! + 0.98 * review.falsePositiveRate!, 4);
  });
});
