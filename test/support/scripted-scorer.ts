import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to one of the server's addresses. */
export interface ScorerRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** The text or the picture's data URL that the body carries. */
  readonly content: string;
  /** Counts from 1. */
  readonly number: number;
}

/** Scores by the server's own names; or an answer of another kind. */
export type ScorerReply =
  | { readonly scores: Readonly<Record<string, number>> }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | { readonly raw: string }
  | { readonly misbehave: 'hang' | 'endless' | 'drop' | 'half' };

export type ScorerScript = (request: ScorerRequest) => ScorerReply | Promise<ScorerReply>;

export interface ScriptedScorer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  script: ScorerScript;
  readonly requests: ScorerRequest[];
  close(): Promise<void>;
}

/** The categories of omni-moderation; of pictures it judges the second group only. */
const ofTexts = [
  'hate',
  'hate/threatening',
  'harassment',
  'harassment/threatening',
  'sexual/minors',
  'illicit',
  'illicit/violent',
];
const ofBoth = ['sexual', 'violence', 'violence/graphic', 'self-harm', 'self-harm/intent', 'self-harm/instructions'];

class BadRequest extends Error {}

type OpenAiInput =
  | string
  | readonly { readonly type: string; readonly text?: string; readonly image_url?: { readonly url: string } }[];

const openAiContent = (body: {
  readonly model?: unknown;
  readonly input?: OpenAiInput;
}): { content: string; kind: 'text' | 'image' } => {
  const { model, input } = body;
  if (typeof model !== 'string' || input === undefined) throw new BadRequest('model and input are required');
  if (typeof input === 'string') return { content: input, kind: 'text' };
  const [part] = input;
  if (input.length !== 1 || part?.type !== 'image_url' || part.image_url === undefined)
    throw new BadRequest('unknown input');
  return { content: part.image_url.url, kind: 'image' };
};

/** `POST /v1/moderations` as OpenAI answers it. */
const openAiAnswer = (model: string, kind: 'text' | 'image', scores: Readonly<Record<string, number>>) => {
  const names = [...ofTexts, ...ofBoth];
  const looked = (name: string): boolean => kind === 'text' || ofBoth.includes(name);
  const scoreOf = (name: string): number => (looked(name) ? (scores[name] ?? 0.00001) : 0);
  return {
    id: 'modr-scripted',
    model,
    results: [
      {
        flagged: names.some((name) => scoreOf(name) > 0.5),
        categories: Object.fromEntries(names.map((name) => [name, scoreOf(name) > 0.5])),
        category_scores: Object.fromEntries(names.map((name) => [name, scoreOf(name)])),
        category_applied_input_types: Object.fromEntries(names.map((name) => [name, looked(name) ? [kind] : []])),
      },
    ],
  };
};

/** `POST /v1alpha1/comments:analyze` as the Perspective API answers it. */
const perspectiveAnswer = (scores: Readonly<Record<string, number>>) => ({
  attributeScores: Object.fromEntries(
    Object.entries(scores).map(([name, value]) => [name, { summaryScore: { value, type: 'PROBABILITY' } }]),
  ),
  languages: ['en'],
});

/** `POST /predict` as an ML backend of Label Studio answers it: the likeliest choice and how sure it is. */
const labelStudioAnswer = (scores: Readonly<Record<string, number>>) => {
  const [choice, score] = Object.entries(scores).reduce(
    (best, entry) => (entry[1] > best[1] ? entry : best),
    ['None', 0],
  );
  const result = [{ from_name: 'kind', to_name: 'text', type: 'choices', value: { choices: [choice] } }];
  return { results: [{ model_version: 'scripted-1', score, result }], model_version: 'scripted-1' };
};

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.headers['content-type'] !== 'application/json') throw new BadRequest('the body must be JSON');
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
};

const misbehave = (how: 'hang' | 'endless' | 'drop' | 'half', response: ServerResponse): void => {
  if (how === 'drop') response.destroy();
  if (how === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"scores":{');
    setTimeout(() => response.destroy(), 20);
  }
  if (how === 'endless') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = ' '.repeat(64 * 1024);
    const go = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', go);
    };
    go();
  }
};

type Protocol = { readonly content: string; readonly answer: (scores: Readonly<Record<string, number>>) => unknown };

const protocolOf = (path: string, body: never): Protocol | undefined => {
  const at = body as {
    comment?: { text?: unknown };
    text?: unknown;
    image?: unknown;
    tasks?: { data: { text?: unknown } }[];
    model?: string;
  };
  if (path === '/v1/moderations') {
    const { content, kind } = openAiContent(body);
    return { content, answer: (scores) => openAiAnswer(at.model ?? '', kind, scores) };
  }
  if (path === '/v1alpha1/comments:analyze') return { content: String(at.comment?.text), answer: perspectiveAnswer };
  if (path === '/predict') return { content: String(at.tasks?.[0]?.data.text), answer: labelStudioAnswer };
  if (path === '/score') return { content: String(at.text ?? at.image), answer: (scores) => ({ scores }) };
  return undefined;
};

/** A real HTTP server that speaks four protocols and scores as the test's script says. */
export const startScriptedScorer = async (script: ScorerScript): Promise<ScriptedScorer> => {
  const requests: ScorerRequest[] = [];
  const send = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const body = await readBody(request);
    const protocol = request.method === 'POST' ? protocolOf(path, body as never) : undefined;
    if (protocol === undefined) return send(response, 404, { error: { message: 'no such address' } });
    const seen = { path, headers: request.headers, body, content: protocol.content, number: requests.length + 1 };
    requests.push(seen);
    const reply = await scorer.script(seen);
    if ('misbehave' in reply) return misbehave(reply.misbehave, response);
    if ('raw' in reply) return send(response, 200, reply.raw);
    if ('status' in reply) return send(response, reply.status, reply.body ?? {}, reply.headers);
    return send(response, 200, protocol.answer(reply.scores));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (error instanceof BadRequest || error instanceof SyntaxError)
        send(response, 400, { error: { message: error.message } });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scorer: ScriptedScorer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return scorer;
};
