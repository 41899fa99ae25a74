import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import OpenAI, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moderationCategories } from '#contracts/openai-moderation.ts';
import { createApiKey } from '#features/access/index.ts';
import { systemActor } from '#features/audit/index.ts';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';
import { photoJpeg, pictureFixture } from '#test/support/pictures.ts';
import { captureLog } from './support/captured-log.ts';
import { eventually } from './support/items.ts';
import { countRows, marker } from './support/refusal.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const texts = JSON.parse(readFileSync(new URL('../fixtures/texts.json', import.meta.url), 'utf8')) as Record<
  'benign' | 'hateful',
  string
>;
const mustFlag = JSON.parse(
  readFileSync(new URL('../../src/detectors/layer2-text/fixtures/must-flag.json', import.meta.url), 'utf8'),
) as { readonly sentences: readonly (readonly [string, string])[] };
const sentence = (category: string): string => mustFlag.sentences.find(([name]) => name === category)![1];

/** Serves pictures by URL: a server of our own, which has to be allowed by name. */
const site = createServer((request, response) => {
  if (request.url === '/meme.jpg') response.writeHead(200, { 'content-type': 'image/jpeg' }).end(meme);
  else response.writeHead(404).end();
});
const meme = pictureFixture('meme-hateful.jpg');
const captured = captureLog();
let app: TestApplication;
let client: OpenAI;
let siteAddress: string;

const clientOf = (address: string, apiKey: string): OpenAI =>
  new OpenAI({ baseURL: `${address}/v1`, apiKey, maxRetries: 0 });

beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  siteAddress = `http://127.0.0.1:${port}`;
  app = await startTestApplication({
    log: captured.log,
    env: { TIDEGATE_ALLOWED_PRIVATE_HOSTS: `127.0.0.1:${port}`, TIDEGATE_MEDIA_MAX_BYTES: '300000' },
  });
  client = clientOf(app.address, (await app.keyClient(['score'])).key);
}, 60_000);
afterAll(async () => {
  await app.stop();
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
});

const moderate = async (input: OpenAI.ModerationCreateParams['input']): Promise<OpenAI.Moderation> => {
  const { results } = await client.moderations.create({ input });
  expect(results).toHaveLength(1);
  return results[0]!;
};
const inData = (file: Uint8Array): string => `data:image/jpeg;base64,${Buffer.from(file).toString('base64')}`;
const imagePart = (url: string) => ({ type: 'image_url' as const, image_url: { url } });
const failure = async (request: Promise<unknown>): Promise<APIError> => {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
};

describe("K4: OpenAI's own client, unchanged", () => {
  it('gets every category of a text, with scores, flags and what was looked at', async () => {
    const answer = await client.moderations.create({ input: texts.benign });
    expect(answer.id).toMatch(/^modr-/);
    expect(answer.model).toBe('omni-moderation-latest');
    const [result] = answer.results;
    for (const part of [result!.categories, result!.category_scores, result!.category_applied_input_types])
      expect(Object.keys(part).sort()).toEqual([...moderationCategories].sort());
    expect(result!.flagged).toBe(false);
    expect(Object.values(result!.categories)).not.toContain(true);
    expect(result!.category_applied_input_types).toMatchObject({ hate: ['text'], illicit: [], 'sexual/minors': [] });
    expect(result!.category_scores).toMatchObject({ illicit: 0, 'violence/graphic': 0 });
    expect(result!.category_scores.hate).toBeGreaterThan(0);
  });

  it.each([
    ['hate', texts.hateful],
    ['harassment', sentence('harassment')],
    ['violence', sentence('violence')],
    ['self-harm', sentence('self_harm')],
  ] as const)('gets %s flagged where it is', async (category, text) => {
    const result = await moderate(text);
    expect(result.flagged).toBe(true);
    expect(result.categories[category]).toBe(true);
    expect(result.category_scores[category]).toBeGreaterThanOrEqual(0.5);
  });

  it('never gets a threat above the harassment or hate that it is a kind of', async () => {
    const result = await moderate(sentence('violence'));
    const scores = result.category_scores;
    expect(scores['harassment/threatening']).toBeLessThanOrEqual(scores.harassment);
    expect(scores['hate/threatening']).toBeLessThanOrEqual(scores.hate);
  });

  it('gets one result for each of many texts, in their order', async () => {
    const input = Array.from({ length: 120 }, (_, index) =>
      index % 10 === 3 ? texts.hateful : `${texts.benign} (${index})`,
    );
    const { results } = await client.moderations.create({ input });
    expect(results.map(({ categories }) => categories.hate)).toEqual(input.map((text) => text === texts.hateful));
  });

  it('gets the name of its model back', async () => {
    const model = 'omni-moderation-2024-09-26';
    expect((await client.moderations.create({ model, input: 'hello' })).model).toBe(model);
  });

  it.each([
    ['in the request', () => inData(meme)],
    ['by its URL', () => `${siteAddress}/meme.jpg`],
  ])('gets one result for text and a picture %s, whose words are read', async (_how, url) => {
    const benign = await moderate([{ type: 'text', text: texts.benign }]);
    expect(benign.flagged).toBe(false);
    const result = await moderate([{ type: 'text', text: texts.benign }, imagePart(url())]);
    expect(result.categories.hate).toBe(true);
    expect(result.category_applied_input_types.sexual).toEqual(['text', 'image']);
    expect(result.category_applied_input_types.hate).toEqual(['text']);
  });

  it('gets a picture alone looked at for what pictures are looked at for', async () => {
    const result = await moderate([imagePart(inData(await photoJpeg(4)))]);
    expect(result.flagged).toBe(false);
    expect(result.category_applied_input_types).toMatchObject({ sexual: ['image'], violence: [] });
  });

  it('is told when the zeros of a text say nothing, because its language is not known', async () => {
    const german = 'Ich habe heute mit meiner Gro\u00dfmutter einen wunderbaren Spaziergang am Fluss gemacht.';
    const { data, response } = await client.moderations.create({ input: [texts.benign, german] }).withResponse();
    expect(response.headers.get('x-tidegate-not-assessed')).toBe('language=de; results=1');
    expect(data.results[1]).toMatchObject({ flagged: false, category_scores: { hate: 0 } });
    expect(Object.values(data.results[1]!.category_applied_input_types).flat()).toEqual([]);
    expect(data.results[0]!.category_applied_input_types.hate).toEqual(['text']);
  });
});

describe('what is hostile or hardly anything', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n\t\u3000 '],
    ['an emoji', '\u{1f44d}'],
    [
      'mixed scripts',
      'hello \u043f\u0440\u0438\u0432\u0435\u0442 \u3053\u3093\u306b\u3061\u306f \u0645\u0631\u062d\u0628\u0627',
    ],
    ['control characters', 'good\u0000 \u0007morning\u001b[31m to \u200b\u202eyou all'],
    ['lone surrogates', 'good \ud800 morning \udfff everybody'],
  ])('%s is scored and not flagged', async (_what, text) => {
    expect((await moderate(text)).flagged).toBe(false);
  });

  it('a million characters are looked at to the end', async () => {
    const filler = `${texts.benign} `.repeat(20_000).slice(0, 1_000_000 - texts.hateful.length);
    const result = await moderate(filler + texts.hateful);
    expect(result.categories.hate).toBe(true);
  }, 120_000);

  it.each([
    ['no input', {}, 'input'],
    ['null', { input: null }, 'input'],
    ['a number', { input: 7 }, 'input'],
    ['an empty array', { input: [] }, 'input'],
    ['an array of numbers', { input: [1, 2] }, 'input'],
    ['strings beside parts', { input: ['a', { type: 'text', text: 'b' }] }, 'input'],
    ['a part of no known type', { input: [{ type: 'video', text: 'b' }] }, 'input'],
    ['too many texts', { input: Array.from({ length: 1_025 }, () => 'a') }, 'input'],
    ['too long a text', { input: ['a', 'x'.repeat(1_000_001)] }, 'input[1]'],
    ['a model that is no name', { input: 'a', model: 7 }, 'model'],
    ['a key that means something else', JSON.parse('{ "input": "a", "__proto__": {} }'), '__proto__'],
  ])('%s is refused, naming the parameter', async (_what, body, param) => {
    const error = await failure(client.moderations.create(body as never));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error', param });
    expect(error.message.length).toBeGreaterThan(20);
  });

  it.each([
    ['what is no picture', () => inData(Buffer.from('no picture at all')), 'invalid_image_format'],
    ['half a picture', () => inData(meme.subarray(0, 200)), 'invalid_image_format|image_parse_error'],
    ['broken base64', () => 'data:image/png;base64,a*b', 'invalid_image_url'],
    ['no URL', () => 'picture.png', 'invalid_image_url'],
    ['another scheme', () => 'file:///etc/passwd', 'invalid_image_url'],
    ['a URL without a picture', () => `${siteAddress}/nothing.png`, 'image_url_unavailable'],
    ['a private address', () => 'http://127.0.0.1:9/x.png', 'image_url_unavailable'],
    ["the cloud's own address", () => 'http://169.254.169.254/latest/meta-data', 'image_url_unavailable'],
  ])('%s is refused as a picture, with the place', async (_what, url, code) => {
    const error = await failure(client.moderations.create({ input: [{ type: 'text', text: 'a' }, imagePart(url())] }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error.code).toMatch(new RegExp(`^(${code})$`));
    expect(error.param).toBe('input[1].image_url.url');
  });

  it('too many or too large pictures are refused', async () => {
    const picture = imagePart(inData(await photoJpeg(1, { width: 32, height: 32 })));
    const many = await failure(client.moderations.create({ input: Array.from({ length: 5 }, () => picture) }));
    expect(many).toMatchObject({ status: 400, code: 'too_many_images', param: 'input' });
    const large = await failure(client.moderations.create({ input: [imagePart(inData(Buffer.alloc(300_001)))] }));
    expect(large).toMatchObject({ status: 413, type: 'invalid_request_error' });
    const body = await failure(client.moderations.create({ input: [imagePart(inData(Buffer.alloc(3_000_000)))] }));
    expect(body).toMatchObject({ status: 413, code: 'request_too_large' });
  });

  it('what is no JSON, or no JSON type, is answered in the same shape', async () => {
    const { key } = await app.keyClient(['score']);
    const send = (body: string, type: string) =>
      fetch(`${app.address}/v1/moderations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': type },
        body,
      });
    for (const [body, type, status] of [
      ['{ no JSON', 'application/json', 400],
      ['', 'application/json', 400],
      ['[]', 'application/json', 400],
      ['input=a', 'application/x-www-form-urlencoded', 415],
    ] as const) {
      const answer = await send(body, type);
      expect(answer.status, body).toBe(status);
      expect(await answer.json()).toEqual({
        error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: null },
      });
    }
  });
});

describe('whoever may not', () => {
  it('gets an authentication error for a wrong key or none', async () => {
    const wrong = await failure(clientOf(app.address, 'sk-wrong-key-0000').moderations.create({ input: 'a' }));
    expect(wrong).toBeInstanceOf(AuthenticationError);
    expect(wrong).toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error', param: null });
    const none = await fetch(`${app.address}/v1/moderations`, { method: 'POST', body: '{}' });
    expect(none.status).toBe(401);
    expect(await none.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('gets a permission error for a key without the scope', async () => {
    const { key } = await app.keyClient(['items:write', 'try']);
    const error = await failure(clientOf(app.address, key).moderations.create({ input: 'a' }));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error.code).toBe('insufficient_permissions');
  });

  it('gets a rate limit error, with the time to wait, over the limit of the key', async () => {
    const limited = { name: 'limited', scopes: ['score' as const], ratePerMinute: 1, expiresAt: null };
    const { key } = await createApiKey(app.application.database, limited, systemActor, new Date());
    const slow = clientOf(app.address, key);
    await slow.moderations.create({ input: 'a' });
    const error = await failure(slow.moderations.create({ input: 'a' }));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.code).toBe('rate_limit_exceeded');
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('a model that cannot answer', () => {
  it('is an error of the server, never a zero', async () => {
    const scripted = createScriptedModel();
    const broken = await startTestApplication({ models: scripted.models });
    try {
      const { key } = await broken.keyClient(['score']);
      const asking = clientOf(broken.address, key);
      expect((await asking.moderations.create({ input: 'hello' })).results).toHaveLength(1);
      scripted.script = () => Promise.reject(new Error('broken'));
      const error = await failure(asking.moderations.create({ input: ['hello', ''] }));
      expect(error).toBeInstanceOf(InternalServerError);
      expect(error).toMatchObject({ status: 503, type: 'server_error', code: 'service_unavailable' });
      expect(error.headers?.get('retry-after')).toBe('2');
      scripted.script = async () => ({});
      const picture = imagePart(inData(await photoJpeg(2, { width: 64, height: 64 })));
      expect((await failure(asking.moderations.create({ input: [picture] }))).status).toBe(503);
      const patient = new OpenAI({ baseURL: `${broken.address}/v1`, apiKey: key, maxRetries: 1 });
      scripted.script = async () => {
        scripted.script = async () => ({});
        throw new Error('broken once');
      };
      expect((await patient.moderations.create({ input: 'hello' })).results[0]!.flagged).toBe(false);
    } finally {
      await broken.stop();
    }
  }, 60_000);
});

describe('much text in one request', () => {
  it('is looked at in turns, so that other requests come in between', async () => {
    const scripted = createScriptedModel();
    const busy = await startTestApplication({ models: scripted.models });
    try {
      const asking = clientOf(busy.address, (await busy.keyClient(['score'])).key);
      scripted.hold();
      // Something may have been asked at the start.
      const before = scripted.calls;
      const many = asking.moderations.create({ input: Array.from({ length: 300 }, (_, index) => `text ${index}`) });
      await scripted.waiting(8);
      const one = asking.moderations.create({ input: 'hello' });
      await scripted.waiting(9);
      expect(scripted.calls - before).toBe(9);
      scripted.release();
      expect((await one).results).toHaveLength(1);
      expect((await many).results).toHaveLength(300);
    } finally {
      await busy.stop();
    }
  }, 60_000);

  it('is refused where it is more than a million characters in all, however it is cut', async () => {
    const error = await failure(client.moderations.create({ input: Array(300).fill('a '.repeat(2_000)) }));
    expect(error).toMatchObject({ status: 413, param: 'input', code: 'request_too_large' });
  });
});

describe('a client that leaves before the answer', () => {
  it('ends its own request only, and nobody is called for it', async () => {
    const scripted = createScriptedModel();
    const { log, text } = captureLog();
    const busy = await startTestApplication({ models: scripted.models, log });
    try {
      const asking = clientOf(busy.address, (await busy.keyClient(['score'])).key);
      const connections = promisify(busy.application.server.server.getConnections.bind(busy.application.server.server));
      scripted.hold();
      const leaving = new AbortController();
      const input = Array.from({ length: 200 }, (_, index) => `text ${index}`);
      const left = asking.moderations.create({ input }, { signal: leaving.signal });
      const failed = failure(left);
      await scripted.waiting(8);
      const { calls } = scripted;
      const before = await connections();
      leaving.abort();
      expect(await failed).toBeInstanceOf(APIUserAbortError);
      await eventually(connections, (count) => count < before);
      // Those that waited for a place have given it up.
      const next = asking.moderations.create({ input: 'hello' });
      scripted.release();
      expect((await next).results).toHaveLength(1);
      expect(scripted.calls).toBe(calls + 1);
      expect(text()).not.toContain('request failed');
    } finally {
      await busy.stop();
    }
  }, 60_000);
});

describe('nothing of it', () => {
  it('is stored, or in the log', async () => {
    const rows = async () => {
      const [media] = await app.application.database.query<{ count: string }>('SELECT count(*) FROM media_files');
      return { ...(await countRows(app.database)), media: media!.count };
    };
    const before = await rows();
    await moderate(`${marker} ${texts.hateful}`);
    await moderate([{ type: 'text', text: marker }, imagePart(inData(meme)), imagePart(`${siteAddress}/meme.jpg`)]);
    await failure(client.moderations.create({ input: [imagePart(`https://${marker}.invalid/a.png`)] }));
    await failure(client.moderations.create({ input: [{ type: marker }] } as never));
    expect(await rows()).toEqual(before);
    expect(captured.text()).not.toContain(marker);
    expect(captured.text()).not.toContain(texts.hateful.slice(0, 30));
  });
});
