import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { checkScorers } from './doctor-scorers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const check = (environment: Record<string, string> = {}) =>
  checkScorers(readConfig({ TIDEGATE_DATA_DIR: folder, ...environment }));

it('C7: says where content goes, or that it stays', () => {
  expect(check()).toEqual({ check: 'External scorers', status: 'ok', detail: 'none' });
  writeFileSync(
    join(folder, 'scorers.yaml'),
    'scorers:\n  - { id: openai, kind: openai_moderation, apiKeyFrom: THE_KEY }\n',
  );
  expect(check({ THE_KEY: 'hunter2secret' })).toMatchObject({
    status: 'ok',
    detail: 'openai (every text goes to api.openai.com)',
  });
});

it('C7: names what keeps the next start from reading the file, with a remedy', () => {
  writeFileSync(
    join(folder, 'scorers.yaml'),
    'scorers:\n  - { id: openai, kind: openai_moderation, apiKeyFrom: THE_KEY }\n',
  );
  expect(check()).toMatchObject({
    status: 'broken',
    detail: expect.stringMatching(
      /scorers\.yaml is not usable: line 2, scorers\[0\]\.apiKeyFrom: .*THE_KEY, which is not set\.$/,
    ),
    remedy: expect.stringContaining('docs/guides/external-scorers.md'),
  });
});
