import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnalyzeCommentAnswer, GoogleError } from '#contracts/perspective.ts';
import type { ContentScorer, Score, ScoredContent, ScoringRequest } from '#features/scoring/index.ts';
import { createServer, type Server } from '#platform/http/server.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { registerPerspectiveRoutes } from './perspective-routes.ts';

const scoreOf = (aligned: number, status: Score['status'] = 'ok'): Score => ({
  status,
  probability: aligned,
  operatingPoint: 0.5,
  aligned: status === 'ok' ? aligned : 0,
  kinds: ['text'],
});

const textOf = ({ parts: [part] }: ScoringRequest): string => (part?.kind === 'text' ? part.text : '');

/** Scores by the word: `idiot` is insulting, `bonjour` is French, `broken` breaks the model. */
const answerTo = (request: ScoringRequest): ScoredContent => {
  const text = textOf(request);
  const french = /bonjour/i.test(text);
  const status = french ? 'not_applicable' : /broken/i.test(text) ? 'unavailable' : 'ok';
  const of = (word: RegExp): Score => scoreOf(word.test(text) ? 0.9 : 0.1, status);
  return {
    categories: new Map([['sexual', of(/naked/i)]]),
    attributes: new Map([
      ['toxicity', of(/idiot/i)],
      ['severe_toxicity', of(/vile/i)],
      ['insult', of(/idiot/i)],
      ['profanity', of(/damn/i)],
      ['threat', of(/hurt/i)],
      ['identity_attack', scoreOf(0, 'not_assessed')],
    ]),
    // Too short to be sure of.
    language: text === 'Hej' ? { code: 'da', reliable: false } : { code: french ? 'fr' : 'en', reliable: true },
  };
};

let server: Server;
let asked: ScoringRequest[] = [];
/** Texts in the scorer's hands: now, and at most since the test began. */
let inHand = 0;
let mostInHand = 0;
const scorer: ContentScorer = {
  async score(requests) {
    asked.push(...requests);
    inHand += requests.length;
    mostInHand = Math.max(mostInHand, inHand);
    await new Promise((resolve) => setImmediate(resolve));
    inHand -= requests.length;
    return requests.map(answerTo);
  },
};

beforeAll(async () => {
  server = await createServer({
    log: silentLog,
    authenticator: {
      authenticate: () => Promise.resolve({ kind: 'api_key', keyId: 'key', name: 'a key', scopes: ['score'] }),
    },
  });
  registerPerspectiveRoutes(server, { scorer });
});
beforeEach(() => {
  asked = [];
  mostInHand = 0;
});
afterAll(() => server.close());

const post = async (method: 'analyze' | 'suggestscore', payload: unknown) => {
  const answer = await server.inject({
    method: 'POST',
    url: `/v1alpha1/comments:${method}`,
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return { status: answer.statusCode, body: answer.json(), type: String(answer.headers['content-type']) };
};

const analyze = async (payload: Record<string, unknown>): Promise<AnalyzeCommentAnswer> => {
  const { status, body } = await post('analyze', { requestedAttributes: { TOXICITY: {} }, ...payload });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};

const refused = async (
  payload: unknown,
  method: 'analyze' | 'suggestscore' = 'analyze',
): Promise<GoogleError['error']> => {
  const { status, body, type } = await post(method, payload);
  expect(type).toContain('application/json');
  expect(body.error.code).toBe(status);
  expect(status).not.toBe(200);
  return body.error;
};

const comment = { text: 'You idiot. Have a good day.' };

describe('comments:analyze', () => {
  it('gives a summary and one span over the whole', async () => {
    expect(await analyze({ comment, languages: ['en'], clientToken: 'token-7' })).toEqual({
      attributeScores: {
        TOXICITY: {
          spanScores: [{ begin: 0, end: 27, score: { value: 0.9, type: 'PROBABILITY' } }],
          summaryScore: { value: 0.9, type: 'PROBABILITY' },
        },
      },
      languages: ['en'],
      detectedLanguages: ['en'],
      clientToken: 'token-7',
    });
  });

  it('names the detected language where none was named, and no token where none was sent', async () => {
    const answer = await analyze({ comment, languages: null, clientToken: null });
    expect(answer.languages).toEqual(['en']);
    expect(answer).not.toHaveProperty('clientToken');
  });

  it('says that an uncertain text was taken for English', async () => {
    const answer = await analyze({ comment: { text: 'Hej' } });
    expect(answer).toMatchObject({ languages: ['en'], detectedLanguages: ['da'] });
  });

  it('scores every sentence by itself when spans are asked for', async () => {
    const { attributeScores } = await analyze({ comment, spanAnnotations: true });
    expect(attributeScores?.TOXICITY?.spanScores).toEqual([
      { begin: 0, end: 10, score: { value: 0.9, type: 'PROBABILITY' } },
      { begin: 11, end: 27, score: { value: 0.1, type: 'PROBABILITY' } },
    ]);
    expect(asked.map(textOf)).toEqual([comment.text, 'You idiot.', 'Have a good day.']);
  });

  it('gives the models a few sentences at a time, however many comments come at once', async () => {
    const text = Array.from({ length: 30 }, (_, index) => `You are idiot number ${index}.`).join(' ');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => analyze({ comment: { text }, spanAnnotations: true })),
    );
    for (const { attributeScores } of answers) expect(attributeScores?.TOXICITY?.spanScores).toHaveLength(30);
    expect(asked).toHaveLength(6 * 31);
    expect(mostInHand).toBeLessThanOrEqual(16);
  });

  it('counts spans in UTF-16 code units', async () => {
    const { attributeScores } = await analyze({ comment: { text: '😀😀 fine. You idiot.' }, spanAnnotations: true });
    expect(attributeScores?.TOXICITY?.spanScores?.map(({ begin, end }) => [begin, end])).toEqual([
      [0, 10],
      [11, 21],
    ]);
  });

  it('leaves out what scores below its threshold, sentence by sentence too', async () => {
    const { attributeScores } = await analyze({
      comment,
      spanAnnotations: true,
      requestedAttributes: { TOXICITY: { scoreThreshold: 0.9 }, THREAT: { scoreThreshold: 0.5 } },
    });
    expect(Object.keys(attributeScores ?? {})).toEqual(['TOXICITY']);
    expect(attributeScores?.TOXICITY?.spanScores).toHaveLength(1);
  });

  it('has no scores at all where none reaches its threshold, as the original', async () => {
    const answer = await analyze({ comment, requestedAttributes: { THREAT: { scoreThreshold: 0.5 } } });
    expect(answer).toEqual({ languages: ['en'], detectedLanguages: ['en'] });
  });

  it('scores what a reader of HTML sees', async () => {
    const text = '<p>You <b>id</b>iot.</p><script>naked</script>';
    const requestedAttributes = { TOXICITY: {}, SEXUALLY_EXPLICIT: {} };
    const { attributeScores } = await analyze({ comment: { text, type: 'HTML' }, requestedAttributes });
    expect(asked.map(textOf)).toEqual(['You idiot.']);
    expect(attributeScores?.TOXICITY?.spanScores?.[0]).toMatchObject({ begin: 0, end: 10 });
    expect(attributeScores?.SEXUALLY_EXPLICIT?.summaryScore.value).toBe(0.1);
  });

  it('gives a scorer well-formed text only', async () => {
    await analyze({ comment: { text: 'a \ud800 b' } });
    expect(asked.map(textOf)).toEqual(['a \ufffd b']);
  });

  it('refuses a language that is named and not known, or found and not known', async () => {
    const request = { comment, requestedAttributes: { TOXICITY: {} } };
    expect(await refused({ ...request, languages: ['en', 'fr'] })).toEqual({
      code: 400,
      message: 'Attribute TOXICITY does not support request languages: en, fr',
      status: 'INVALID_ARGUMENT',
      details: [
        {
          '@type': 'type.googleapis.com/google.commentanalyzer.v1alpha1.Error',
          errorType: 'LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE',
          languageNotSupportedByAttributeError: { requestedLanguages: ['en', 'fr'], attribute: 'TOXICITY' },
        },
      ],
    });
    expect(asked).toEqual([]);
    const found = await refused({ ...request, comment: { text: 'Bonjour à tous' } });
    expect(found.details?.[0]).toMatchObject({
      languageNotSupportedByAttributeError: { detectedLanguages: ['fr'], attribute: 'TOXICITY' },
    });
    expect((await analyze({ ...request, languages: ['en-GB'] })).languages).toEqual(['en-GB']);
  });

  it('drops what does not know the language, where that was asked for', async () => {
    const request = { comment: { text: 'Bonjour à tous' }, dropUnsupportedAttributes: true };
    expect(await analyze(request)).toEqual({ languages: ['fr'], detectedLanguages: ['fr'] });
    expect(await analyze({ ...request, languages: ['fr'] })).toEqual({
      languages: ['fr'],
      detectedLanguages: ['fr'],
    });
  });

  it('says that there is no score, where there is none', async () => {
    for (const request of [
      { comment: { text: 'broken' }, requestedAttributes: { TOXICITY: {} } },
      { comment: { text: 'Fine. A broken one.' }, requestedAttributes: { TOXICITY: {} }, spanAnnotations: true },
    ]) {
      expect(await refused(request)).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
    }
  });

  it('does not know an attribute that no model in use gives', async () => {
    const error = await refused({ comment, requestedAttributes: { TOXICITY: {}, IDENTITY_ATTACK: {} } });
    expect(error).toMatchObject({ code: 400, message: 'Unknown requested attribute: IDENTITY_ATTACK' });
  });

  it.each([
    [{}, 'Comment must be non-empty.', 'COMMENT_EMPTY'],
    [{ comment: null }, 'Comment must be non-empty.', 'COMMENT_EMPTY'],
    [{ comment: { text: ' \n\t\u00a0' } }, 'Comment must be non-empty.', 'COMMENT_EMPTY'],
    [{ comment: { text: '<p> </p><!-- x -->', type: 'HTML' } }, 'Comment must be non-empty.', 'COMMENT_EMPTY'],
    [{ comment: { text: 'ü'.repeat(10_241) } }, 'Comment text too long.', 'COMMENT_TOO_LONG'],
  ])('refuses the comment of %#', async (request, message, errorType) => {
    const error = await refused({ requestedAttributes: { TOXICITY: {} }, ...request });
    expect(error).toMatchObject({ message, status: 'INVALID_ARGUMENT', details: [{ errorType }] });
  });

  it('takes a comment of exactly 20,480 bytes', async () => {
    await analyze({ comment: { text: 'ü'.repeat(10_240) } });
  });

  it.each([
    [{ comment }, 'Missing requested_attributes'],
    [{ comment, requestedAttributes: {} }, 'Missing requested_attributes'],
    [{ comment, requestedAttributes: { SPAM: {} } }, 'Unknown requested attribute: SPAM'],
    [
      { comment, requestedAttributes: { TOXICITY_EXPERIMENTAL: {} } },
      'Unknown requested attribute: TOXICITY_EXPERIMENTAL',
    ],
    [{ comment, requestedAttributes: { constructor: {} } }, 'Unknown requested attribute: constructor'],
    [{ comment, requestedAttributes: { 'quokka <7c1f>': {} } }, 'Unknown requested attribute: (not a name)'],
    [
      { comment, requestedAttributes: { TOXICITY: { scoreType: 'RAW' } } },
      'Requested score type RAW is not supported by attribute TOXICITY',
    ],
    [
      { comment, requestedAttributes: { TOXICITY: {} }, context: { entries: [], articleAndParentComment: {} } },
      'Context can have either entries or article_and_parent_comment, but both fields were populated.',
    ],
  ])('refuses %#', async (request, message) => {
    expect(await refused(request)).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT', message });
  });

  it.each([
    [{ comment: { text: 42 } }, 'comment.text'],
    [{ comment: 'text' }, 'comment'],
    [{ comment, requestedAttributes: { TOXICITY: { scoreType: 'BEST' } } }, 'requested_attributes.TOXICITY.score_type'],
    [{ comment, spanAnnotations: 'yes' }, 'span_annotations'],
    [{ comment, languages: 'en' }, 'languages'],
    [{ comment, languages: Array.from({ length: 17 }, () => 'en') }, 'languages'],
    [{ comment, quokka: 1 }, 'quokka'],
    [{ comment: { ...comment, quokka: 1 } }, 'comment.quokka'],
  ])('names the place of a value of the wrong kind: %#', async (request, field) => {
    const error = await refused(request);
    expect(error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(error.message).toContain(`Invalid value at '${field}'`);
    expect(error.details?.[0]).toMatchObject({
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field }],
    });
  });

  it.each(['', 'no JSON', '[]', 'null', '"text"', `${'['.repeat(70)}${']'.repeat(70)}`, '{"__proto__":{}}'])(
    'refuses the body %s',
    async (payload) => {
      const error = await refused(payload);
      expect(error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
      expect(error.message).toMatch(/^(Invalid JSON payload received\. |Invalid value at )/);
    },
  );

  it('refuses a body that is too large, or no JSON by its type', async () => {
    const large = await refused({ comment: { text: 'x'.repeat(3 * 1024 * 1024) } });
    expect(large).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    const answer = await server.inject({
      method: 'POST',
      url: '/v1alpha1/comments:analyze',
      headers: { 'content-type': 'text/plain' },
      payload: '{}',
    });
    expect(answer.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
  });

  it('takes names in the spelling of protocol buffers too, once', async () => {
    const answer = await post('analyze', {
      comment,
      requested_attributes: { SEVERE_TOXICITY: { score_threshold: 0.05 }, THREAT: { score_threshold: 0.5 } },
      client_token: 'do_not_rename_me',
      span_annotations: true,
    });
    expect(Object.keys(answer.body.attributeScores)).toEqual(['SEVERE_TOXICITY']);
    expect(answer.body.attributeScores.SEVERE_TOXICITY.spanScores).toHaveLength(2);
    expect(answer.body.clientToken).toBe('do_not_rename_me');
    const twice = await refused({
      comment,
      requestedAttributes: { TOXICITY: {} },
      clientToken: 'a',
      client_token: 'b',
    });
    expect(twice).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
  });

  it('has no neighbours: the colon is a colon', async () => {
    for (const url of ['/v1alpha1/commentsX', '/v1alpha1/comments/analyze', '/v1alpha1/comments:other']) {
      const answer = await server.inject({ method: 'POST', url, payload: '{}' });
      expect(answer.statusCode, url).toBe(404);
    }
  });
});

describe('comments:suggestscore', () => {
  const suggestion = {
    comment,
    attributeScores: { TOXICITY: { summaryScore: { value: 0 } } },
    communityId: '/forum/movies',
    clientToken: 'comment-53922',
  };

  it('answers as the original', async () => {
    expect(await post('suggestscore', suggestion)).toMatchObject({
      status: 200,
      body: { clientToken: 'comment-53922', detectedLanguages: ['en'] },
    });
    const named = await post('suggestscore', { ...suggestion, languages: ['en'], clientToken: undefined });
    expect(named.body).toEqual({ detectedLanguages: ['en'], requestedLanguages: ['en'] });
  });

  it('takes scores of spans', async () => {
    const spanScores = [{ begin: 0, end: 10, score: { value: 1, type: 'PROBABILITY' } }];
    expect((await post('suggestscore', { ...suggestion, attributeScores: { INSULT: { spanScores } } })).status).toBe(
      200,
    );
  });

  it.each([
    [{ comment: { text: '' } }],
    [{ attributeScores: null }],
    [{ attributeScores: {} }],
    [{ attributeScores: { TOXICITY: {} } }],
    [{ attributeScores: { SPAM: { summaryScore: { value: 0 } } } }],
    [{ attributeScores: { TOXICITY: { summaryScore: { value: 1.1 } } } }],
    [{ attributeScores: { TOXICITY: { summaryScore: {} } } }],
    [{ attributeScores: { TOXICITY: { summaryScore: { value: 1, type: 'RAW' } } } }],
    [{ attributeScores: { TOXICITY: { spanScores: [{ begin: 0, end: 99, score: { value: 1 } }] } } }],
    [{ attributeScores: { TOXICITY: { spanScores: [{ begin: 3, end: 3, score: { value: 1 } }] } } }],
    [{ attributeScores: { TOXICITY: { spanScores: [{ score: { value: 1 } }] } } }],
    [{ languages: ['fr'] }],
  ])('refuses %#', async (change) => {
    const error = await refused({ ...suggestion, ...change }, 'suggestscore');
    expect(error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
  });
});
