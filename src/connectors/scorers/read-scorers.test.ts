import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '#platform/config-secret.ts';
import { readScorers, type SecretOf } from './read-scorers.ts';

const secretOf: SecretOf = (name) =>
  name === 'SCORER_KEY' ? new Secret('hunter2secret') : name === 'LINES' ? new Secret('a\r\nb: c') : undefined;

const variable = (name: string): string => `\${env:${name}}`;

/** A scorer of the kind `http` with a line changed or added. */
const http = (changes: Readonly<Record<string, string>> = {}): string => {
  const lines = {
    id: 'house',
    kind: 'http',
    url: 'https://scorer.example/score',
    request: '{ text: "{{text}}" }',
    response: '{ categories: { spam: /spam } }',
    ...changes,
  };
  return `scorers:\n  - ${Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n    ')}\n`;
};

describe('C7 the file of external scorers', () => {
  it('reads each kind, with what it judges and the headers it sends', () => {
    const read = readScorers(
      `
scorers:
  - { id: openai, kind: openai_moderation, apiKeyFrom: SCORER_KEY }
  - { id: openai-pictures, kind: openai_moderation, input: image, model: omni, baseUrl: "https://proxy.example/v1/" }
  - { id: backend, kind: label_studio_ml, url: "https://ml.example/", categories: { spam: Spam }, headers: { x-a: "b \${env:SCORER_KEY} c" } }
`,
      secretOf,
    );
    if ('faults' in read) throw new Error(inspect(read.faults));
    expect(read.scorers.map(({ protocol: { judges, url, headers } }) => ({ judges, url, headers }))).toEqual([
      {
        judges: ['hate_speech', 'harassment', 'sexual', 'violence', 'self_harm'],
        url: 'https://api.openai.com/v1/moderations',
        headers: { authorization: 'Bearer hunter2secret' },
      },
      { judges: ['sexual', 'violence', 'self_harm'], url: 'https://proxy.example/v1/moderations', headers: {} },
      { judges: ['spam'], url: 'https://ml.example/predict', headers: { 'x-a': 'b hunter2secret c' } },
    ]);
    // Settings are digested into versions and may be shown; secrets are not in them.
    expect(
      inspect(
        read.scorers.map(({ settings }) => settings),
        { depth: 9 },
      ),
    ).not.toContain('hunter2secret');
  });

  it.each([
    ['not YAML', '{', 1, '', /./],
    ['an unknown field', http({ speed: '3' }), 7, 'scorers[0].speed', /unknown field/],
    ['an unknown kind', http({ kind: 'magic' }), 3, 'scorers[0].kind', /./],
    ['a name that is no id', http({ id: 'My Scorer' }), 2, 'scorers[0].id', /lower-case/],
    ["a judge's name", http({ id: 'judge-small' }), 2, 'scorers[0].id', /judge-/],
    ['another scheme', http({ url: 'file:///etc/passwd' }), 4, 'scorers[0].url', /http/],
    [
      'text beside a placeholder',
      http({ request: '{ text: "Rate: {{text}}" }' }),
      5,
      'scorers[0].request',
      /whole string/,
    ],
    [
      'a placeholder of pictures',
      http({ request: '{ image: "{{image.base64}}" }' }),
      5,
      'scorers[0].request',
      /\{\{text\}\}/,
    ],
    ['no content', http({ request: '{ hello: world }' }), 5, 'scorers[0].request', /sends no content/],
    ['no category', http({ response: '{ categories: {} }' }), 6, 'scorers[0].response.categories', /at least one/],
    [
      'no pointer',
      http({ response: '{ categories: { spam: spam } }' }),
      6,
      'scorers[0].response.categories.spam',
      /JSON Pointer/,
    ],
    [
      'a secret in the file',
      http({ headers: '{ authorization: Bearer hunter2secret }' }),
      7,
      'scorers[0].headers.authorization',
      /environment variable/,
    ],
    [
      'a variable that is not set',
      http({ headers: `{ x-api-key: "${variable('MISSING')}" }` }),
      7,
      'scorers[0].headers.x-api-key',
      /MISSING, which is not set/,
    ],
    [
      'a variable of ours',
      http({ headers: `{ x-api-key: "${variable('TIDEGATE_SECRET_KEY')}" }` }),
      7,
      'scorers[0].headers.x-api-key',
      /may be used/,
    ],
    [
      'a header within a header',
      http({ headers: `{ x-api-key: "${variable('LINES')}" }` }),
      7,
      'scorers[0].headers.x-api-key',
      /no header can carry/,
    ],
    ['framing', http({ headers: '{ content-length: "1" }' }), 7, 'scorers[0].headers.content-length', /leave it out/],
    [
      'a calibration that falls',
      http({ calibration: '{ spam: [[0, 0.5], [1, 0.2]] }' }),
      7,
      'scorers[0].calibration.spam',
      /must rise/,
    ],
    [
      'a calibration of something else',
      http({ calibration: '{ sexual: [[0, 0], [1, 1]] }' }),
      7,
      'scorers[0].calibration.sexual',
      /does not judge/,
    ],
    ['a time beyond reason', http({ timeoutMs: '600000' }), 7, 'scorers[0].timeoutMs', /./],
  ])('%s is named with its line, and no secret is shown', (_, text, line, path, message) => {
    const read = readScorers(text, secretOf);
    if (!('faults' in read)) throw new Error('it was taken');
    expect(read.faults[0]).toMatchObject({ line, path, message: expect.stringMatching(message) });
    expect(inspect(read.faults)).not.toContain('hunter2secret');
  });

  it('an id can be used once', () => {
    const read = readScorers(`${http()}${http().replace('scorers:\n', '')}`, secretOf);
    expect(read).toMatchObject({ faults: [{ line: 7, path: 'scorers[1].id', message: '`house` is used twice' }] });
  });

  it('takes every example of the guide', () => {
    const guide = readFileSync(new URL('../../../docs/guides/external-scorers.md', import.meta.url), 'utf8');
    const examples = Array.from(guide.matchAll(/```yaml\n(scorers:[\s\S]*?)```/g), (match) => match[1]!);
    expect(examples).toHaveLength(4);
    for (const example of examples) expect(readScorers(example, () => new Secret('a-key'))).toHaveProperty('scorers');
  });
});
