import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnalyzeCommentAnswer, type GoogleError, perspectiveAttributes } from '#contracts/perspective.ts';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';
import { captureLog } from './support/captured-log.ts';
import { countRows, marker } from './support/refusal.ts';
import { createScriptedModel } from './support/scripted-model.ts';

/** What of the client's own copy of axios is used here. */
interface Axios {
  readonly interceptors: {
    readonly request: { use(change: (request: { url: string }) => { url: string }): number; eject(id: number): void };
  };
}
interface PerspectiveClient {
  analyze(text: string | object, options?: object): Promise<AnalyzeCommentAnswer>;
}
interface ResponseError extends Error {
  readonly response: { readonly status: number; readonly data: GoogleError };
}

const originalHost = 'https://commentanalyzer.googleapis.com';
const require = createRequire(import.meta.url);
const Perspective = require('perspective-api-client') as new (options: { apiKey: string }) => PerspectiveClient;
const axios = createRequire(require.resolve('perspective-api-client'))('axios') as Axios;

const captured = captureLog();
let app: TestApplication;
let key: string;
let client: PerspectiveClient;
let interceptor: number;

beforeAll(async () => {
  app = await startTestApplication({ log: captured.log });
  ({ key } = await app.keyClient(['score']));
  client = new Perspective({ apiKey: key });
  interceptor = axios.interceptors.request.use((request) => {
    if (!request.url.startsWith(`${originalHost}/`)) throw new Error(`the client asked for ${request.url}`);
    return { ...request, url: request.url.replace(originalHost, app.address) };
  });
}, 60_000);
afterAll(async () => {
  axios.interceptors.request.eject(interceptor);
  await app.stop();
});

const insult = 'You are a stupid idiot and everybody hates you.';
const friendly = 'Thank you for the lovely evening, see you on Sunday.';

const failure = async (work: Promise<unknown>): Promise<ResponseError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason as ResponseError,
  );
  expect(error).toBeDefined();
  expect(error!.response, String(error)).toBeDefined();
  return error!;
};

describe('K4: the public client perspective-api-client, with nothing changed but the host', () => {
  it('scores one attribute', async () => {
    const answer = await client.analyze(insult);
    const score = answer.attributeScores?.TOXICITY;
    expect(score?.summaryScore).toEqual({ value: expect.any(Number), type: 'PROBABILITY' });
    expect(score?.spanScores).toEqual([{ begin: 0, end: insult.length, score: score?.summaryScore }]);
    expect(answer.languages).toEqual(['en']);
    expect(answer.detectedLanguages).toEqual(['en']);
  });

  it('tells an insult from thanks around 0.5, for several attributes', async () => {
    const attributes = perspectiveAttributes.map((name) => name.toLowerCase());
    const [bad, good] = await Promise.all([
      client.analyze(insult, { attributes }),
      client.analyze(friendly, { attributes }),
    ]);
    expect(Object.keys(bad.attributeScores ?? {}).sort()).toEqual(attributes.map((name) => name.toUpperCase()).sort());
    for (const name of ['TOXICITY', 'INSULT'])
      expect(bad.attributeScores?.[name]?.summaryScore.value).toBeGreaterThanOrEqual(0.5);
    for (const { summaryScore } of Object.values(good.attributeScores ?? {}))
      expect(summaryScore.value).toBeLessThan(0.5);
  });

  it('leaves out what is below its threshold', async () => {
    const attributes = {
      TOXICITY: { scoreThreshold: 0.5, scoreType: 'PROBABILITY' },
      PROFANITY: { scoreThreshold: 1 },
    };
    const answer = await client.analyze({ comment: { text: insult }, languages: ['en'] }, { attributes });
    expect(Object.keys(answer.attributeScores ?? {})).toEqual(['TOXICITY']);
    expect(await client.analyze(friendly, { attributes })).not.toHaveProperty('attributeScores');
  });

  it('scores sentence by sentence, and echoes the token', async () => {
    const text = `${friendly} ${insult}`;
    const request = {
      comment: { text },
      spanAnnotations: true,
      clientToken: 'token-1',
      sessionId: 's',
      communityId: 'c',
    };
    const answer = await client.analyze(request, { attributes: { TOXICITY: {} }, stripHTML: false });
    const spans = answer.attributeScores?.TOXICITY?.spanScores ?? [];
    expect(spans.map(({ begin, end }) => text.slice(begin, end))).toEqual([friendly, insult]);
    expect(spans[1]!.score.value).toBeGreaterThan(spans[0]!.score.value);
    expect(answer.clientToken).toBe('token-1');
  });

  it('understands our refusals', async () => {
    const unknown = await failure(client.analyze(insult, { attributes: ['UNSUBSTANTIAL'] }));
    expect(unknown).toMatchObject({ name: 'ResponseError', message: 'Unknown requested attribute: UNSUBSTANTIAL' });
    expect(unknown.response).toMatchObject({ status: 400, data: { error: { status: 'INVALID_ARGUMENT' } } });
    const long = await failure(client.analyze('ü '.repeat(10_000), { validate: false }));
    expect(long.response.data.error.details?.[0]).toMatchObject({ errorType: 'COMMENT_TOO_LONG' });
    const empty = await failure(client.analyze('', { validate: false }));
    expect(empty.message).toBe('Comment must be non-empty.');
    const french = 'Bonjour à tous, nous vous souhaitons une excellente journée et un bon week-end en famille.';
    const foreign = await failure(client.analyze(french));
    expect(foreign.response.data.error.details?.[0]).toMatchObject({
      errorType: 'LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE',
      languageNotSupportedByAttributeError: { detectedLanguages: ['fr'], attribute: 'TOXICITY' },
    });
  });

  it('understands that its key is no good', async () => {
    const error = await failure(new Perspective({ apiKey: `tg_${'x'.repeat(43)}` }).analyze(insult));
    expect(error.message).toBe('API key not valid. Please pass a valid API key.');
    expect(error.response).toMatchObject({
      status: 400,
      data: { error: { details: [{ reason: 'API_KEY_INVALID' }] } },
    });
  });
});

const request = { comment: { text: insult }, requestedAttributes: { TOXICITY: {} } };
const analyze = (query: string, headers: Record<string, string> = {}) =>
  app.nobody.request<GoogleError & AnalyzeCommentAnswer>(`/v1alpha1/comments:analyze${query}`, {
    body: request,
    headers,
  });

describe('the key', () => {
  it('may stand in the query or in the header', async () => {
    expect((await analyze(`?key=${key}`)).status).toBe(200);
    expect((await analyze(`?alt=json&%6bey=${key}&prettyPrint=false`)).status).toBe(200);
    expect((await analyze('', { authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await analyze('?key=wrong-key-altogether', { authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it.each(['', '?key=', '?KEY=x', '?alt=json'])('is missing in %j', async (query) => {
    const { status, body } = await analyze(query);
    expect(status).toBe(403);
    expect(body.error).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' });
    expect(body.error.message).toContain('unregistered callers');
  });

  it('is no good when it is wrong, given twice, cut or of another kind', async () => {
    for (const [query, headers] of [
      ['?key=short', {}],
      [`?key=${key.slice(0, -1)}`, {}],
      [`?key=${key}&key=${key}`, {}],
      ['?key=%00%ff', {}],
      ['', { authorization: 'Basic dXNlcjpwYXNz' }],
      [`?key=${key}`, { authorization: 'Bearer' }],
    ] as const) {
      const { status, body } = await analyze(query, headers);
      expect(status, query.replace(key, 'KEY')).toBe(400);
      expect(body.error.details?.[0]).toMatchObject({ reason: 'API_KEY_INVALID' });
    }
  });

  it('needs the scope, and a signed-in person has none', async () => {
    const other = await app.keyClient(['items:read', 'try']);
    const denied = await analyze(`?key=${other.key}`);
    expect(denied).toMatchObject({ status: 403, body: { error: { status: 'PERMISSION_DENIED' } } });
    expect(denied.body.error.message).toContain('score');
    const person = await app.personClient('admin');
    const answer = await person.request('/v1alpha1/comments:analyze', { body: request });
    expect(answer).toMatchObject({ status: 403, body: { error: { status: 'PERMISSION_DENIED' } } });
  });

  it('counts in the query on these routes only', async () => {
    const many = await app.keyClient(['score', 'try', 'items:read', 'items:write']);
    for (const path of ['/v1/moderations', '/v1/try', '/v1/items']) {
      const answer = await app.nobody.request(`${path}?key=${many.key}`, { body: { input: 'hello' } });
      expect(answer.status, path).toBe(401);
    }
  });
});

describe('the discovery document', () => {
  it('tells general clients where the methods are, and echoes nothing else', async () => {
    const answer = await app.nobody.request<{
      rootUrl: string;
      schemas: Record<string, object>;
      resources: { comments: { methods: Record<string, { path: string; request: { $ref: string } }> } };
    }>(`/$discovery/rest?version=v1alpha1&key=${key}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { rootUrl, schemas, resources } = answer.body;
    expect(rootUrl).toBe(`${app.address}/`);
    for (const { path, request: asked } of Object.values(resources.comments.methods)) {
      expect(schemas).toHaveProperty(asked.$ref);
      const tried = await app.nobody.request(new URL(path, rootUrl).href, { body: {} });
      expect(tried.status, path).toBe(403);
    }
    const references = [...JSON.stringify(answer.body).matchAll(/"\$ref":"(\w+)"/g)].map(([, name]) => name!);
    expect(references.filter((name) => !(name in schemas))).toEqual([]);
    expect(JSON.stringify(answer.body)).not.toContain(key);
  });
});

describe('the reference', () => {
  it('describes both routes, with one colon', async () => {
    const { body } = await app.nobody.request<{ paths: Record<string, { post?: { responses: object } }> }>(
      '/openapi.json',
    );
    const paths = Object.keys(body.paths).filter((path) => path.startsWith('/v1alpha1'));
    expect(paths.sort()).toEqual(['/v1alpha1/comments:analyze', '/v1alpha1/comments:suggestscore']);
    const responses = body.paths['/v1alpha1/comments:analyze']?.post?.responses ?? {};
    expect(Object.keys(responses)).toEqual(['200', '400', '403', '429', '503']);
  });
});

describe('nothing is kept', () => {
  it('neither rows, nor the key, nor content in the log, whatever is sent', async () => {
    const before = await countRows(app.database);
    const text = `${insult} ${marker}`;
    const send = (method: string, body: unknown, query = `?key=${key}`) =>
      app.nobody.request(`/v1alpha1/comments:${method}${query}`, { body });
    expect((await send('analyze', { ...request, comment: { text } })).status).toBe(200);
    const attributeScores = { TOXICITY: { summaryScore: { value: 1 } } };
    expect(
      (await send('suggestscore', { comment: { text }, attributeScores, clientToken: marker })).body,
    ).toMatchObject({
      clientToken: marker,
      detectedLanguages: ['en'],
    });
    expect((await send('analyze', { comment: { text, [marker]: 1 } })).status).toBe(400);
    expect((await send('other', { comment: { text } })).status).toBe(404);
    const raw = { rawBody: `{"comment": {"text": "${marker}` };
    expect((await app.nobody.request(`/v1alpha1/comments:analyze?key=${key}`, raw)).status).toBe(400);
    expect((await send('analyze', request, `?key=${key}&bad=%zz`)).status).toBeLessThan(500);
    expect(await countRows(app.database)).toEqual(before);
    expect(captured.text()).not.toContain(marker);
    expect(captured.text()).not.toContain(key);
    expect(captured.text()).not.toContain('stupid');
  });
});

describe('when the model does not answer', () => {
  it('says so: no score, least of all a zero', async () => {
    const scripted = createScriptedModel();
    const broken = await startTestApplication({ models: scripted.models });
    try {
      scripted.script = () => Promise.reject(new Error('the model is broken'));
      const { key: brokenKey } = await broken.keyClient(['score']);
      const answer = await broken.nobody.request<GoogleError>(`/v1alpha1/comments:analyze?key=${brokenKey}`, {
        body: request,
      });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(answer.body).toEqual({
        error: { code: 503, message: expect.stringContaining('TOXICITY'), status: 'UNAVAILABLE' },
      });
    } finally {
      await broken.stop();
    }
  }, 60_000);
});
