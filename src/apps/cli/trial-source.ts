import type { z } from 'zod';
import type { Part, TrialItem } from '#contracts/item.ts';
import { type TrialAnswer, trialAnswerSchema } from '#contracts/items-api.ts';
import { mediaAnswerSchema } from '#contracts/media.ts';
import { type Problem, problemSchema } from '#contracts/problem.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { CommandError, fromProblem, usageError } from './command-error.ts';

/** Something that judges an item without storing it. */
export interface TrialSource {
  /** Makes a picture known, as the part `id` of items to come. @throws CommandError where it cannot be looked at */
  attach(id: string, picture: Picture): Promise<Part>;
  trial(item: TrialItem): Promise<TrialAnswer>;
  close(): Promise<void>;
}

export interface Picture {
  readonly bytes: Uint8Array;
  readonly fileName: string;
}

export interface TrialSourceOptions {
  /** Address of a running Tidegate; left out, the engine runs in this process and needs no database. */
  readonly server?: string | undefined;
  /** API key with the scope `try`. */
  readonly key?: string | undefined;
}

export const openTrialSource = async ({ server, key }: TrialSourceOptions): Promise<TrialSource> => {
  if (server !== undefined) return remoteSource(server, key);
  // Loaded only here: `--help` need not wait for the models.
  const { composeTrial } = await import('#apps/compose.ts');
  const local = await composeTrial();
  return {
    ...local,
    async attach(id, picture) {
      try {
        return await local.attach(id, picture);
      } catch (error) {
        if (!(error instanceof ImageFaultError)) throw error;
        throw new CommandError(`${picture.fileName} cannot be looked at: ${error.message}`, 'Give another picture.', {
          cause: error,
        });
      }
    },
  };
};

const requestTimeoutMs = 60_000;

const remoteSource = (server: string, key: string | undefined): TrialSource => {
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    throw usageError(
      `--server ${server} is not an http or https address.`,
      'Give it as in --server http://127.0.0.1:8420',
    );
  }
  if (key === undefined || key === '') {
    throw usageError(
      'A server is asked with an API key, and none was given.',
      'Set TIDEGATE_API_KEY, which other users of this machine cannot see, or give --key.',
    );
  }
  const address = new URL('/v1/try', server);
  const authorization = `Bearer ${key}`;
  return {
    async attach(id, { bytes, fileName }) {
      const body = new FormData();
      body.append('file', new Blob([Uint8Array.from(bytes)]), fileName);
      const target = new URL('/v1/media', server);
      const media = await answerOf(target, mediaAnswerSchema, { headers: { authorization }, body });
      return { id, kind: 'image', mediaId: media.mediaId };
    },
    trial: (item) =>
      answerOf(address, trialAnswerSchema, {
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ item }),
      }),
    close: async () => {},
  };
};

type Sent = Pick<RequestInit, 'body'> & { readonly headers: Readonly<Record<string, string>> };

const answerOf = async <Answer>(address: URL, schema: z.ZodType<Answer>, request: Sent): Promise<Answer> => {
  const response = await send(address, request);
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw fromProblem(problemFrom(body, response.status, address));
  const answer = schema.safeParse(body);
  if (answer.success) return answer.data;
  throw new CommandError(
    `${address.origin} did not answer as Tidegate does.`,
    'Check that the address is that of a Tidegate of the same version.',
  );
};

const send = async (address: URL, { headers, body }: Sent): Promise<Response> => {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: { ...headers, accept: 'application/json' },
      body: body ?? null,
      // A key must not follow a redirect to somewhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
  } catch (error) {
    throw new CommandError(
      `${address.origin} does not answer.`,
      'Check the address, and that the server runs (tidegate start).',
      { cause: error },
    );
  }
};

const problemFrom = (body: unknown, status: number, address: URL): Problem => {
  const problem = problemSchema.safeParse(body);
  if (problem.success) return problem.data;
  return {
    type: 'about:blank',
    title: 'No answer',
    status,
    detail: `${address.origin} answered ${status} without saying why.`,
    remedy: 'Check that the address is that of a Tidegate.',
  };
};
