import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to `POST /v1/chat/completions` as the server sees it. */
export interface ScriptedRequest {
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: unknown } };
    readonly max_tokens?: number;
    readonly temperature?: number;
  };
  readonly authorization: string | undefined;
  /** All the text that a model would read, system prompt first. */
  readonly system: string;
  readonly user: string;
  /** Data URLs of the pictures. */
  readonly images: readonly string[];
  /** Counts from 1. */
  readonly number: number;
}

/** What the server does. `content` is the message's text; an object is sent as JSON. */
export type ScriptedReply =
  | {
      readonly content: unknown;
      readonly finishReason?: string;
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
    }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | { readonly raw: string }
  | { readonly misbehave: 'hang' | 'endless' | 'drop' | 'half' };

export type LlmScript = (request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>;

export interface ScriptedLlm {
  /** `http://127.0.0.1:PORT/v1` */
  readonly baseUrl: string;
  script: LlmScript;
  readonly requests: ScriptedRequest[];
  close(): Promise<void>;
}

const textsOf = (content: unknown): string[] =>
  typeof content === 'string'
    ? [content]
    : (content as { type: string; text?: string }[]).flatMap(({ text }) => (text === undefined ? [] : [text]));

const imagesOf = (content: unknown): string[] =>
  typeof content === 'string'
    ? []
    : (content as { image_url?: { url: string } }[]).flatMap(({ image_url }) =>
        image_url === undefined ? [] : [image_url.url],
      );

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const answer = (reply: ScriptedReply, model: string, response: ServerResponse): void => {
  if ('misbehave' in reply) {
    if (reply.misbehave === 'drop') response.destroy();
    if (reply.misbehave === 'half') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices":[');
      setTimeout(() => response.destroy(), 20);
    }
    if (reply.misbehave === 'endless') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = `"${' '.repeat(64 * 1024)}`;
      const go = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', go);
      };
      go();
    }
    return;
  }
  if ('raw' in reply) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(reply.raw);
    return;
  }
  if ('status' in reply) {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(reply.body ?? '{}');
    return;
  }
  const { content, finishReason = 'stop', usage = { prompt_tokens: 400, completion_tokens: 40 } } = reply;
  response.writeHead(200, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      id: 'chatcmpl-scripted',
      object: 'chat.completion',
      created: 1_700_000_000,
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: typeof content === 'string' ? content : JSON.stringify(content) },
          finish_reason: finishReason,
        },
      ],
      ...(usage === null ? {} : { usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } }),
    }),
  );
};

/** A real HTTP server that speaks the chat-completions protocol and says what the test's script says. */
export const startScriptedLlm = async (script: LlmScript): Promise<ScriptedLlm> => {
  const requests: ScriptedRequest[] = [];
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const text = await readBody(request);
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
        response.writeHead(404).end('{"error":{"message":"no such address"}}');
        return;
      }
      const body = JSON.parse(text) as ScriptedRequest['body'];
      const seen: ScriptedRequest = {
        body,
        authorization: request.headers.authorization,
        system: body.messages
          .filter(({ role }) => role === 'system')
          .flatMap(({ content }) => textsOf(content))
          .join('\n'),
        user: body.messages
          .filter(({ role }) => role !== 'system')
          .flatMap(({ content }) => textsOf(content))
          .join('\n'),
        images: body.messages.flatMap(({ content }) => imagesOf(content)),
        number: requests.length + 1,
      };
      requests.push(seen);
      answer(await llm.script(seen), body.model, response);
    };
    serve().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const llm: ScriptedLlm = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    script,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return llm;
};
