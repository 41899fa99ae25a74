import type { TrialItem } from '#contracts/item.ts';
import { type TrialAnswer, trialAnswerSchema } from '#contracts/items-api.ts';
import { type Problem, problemSchema } from '#contracts/problem.ts';
import { CommandError, fromProblem, usageError } from './command-error.ts';

/** Something that judges an item without storing it. */
export interface TrialSource {
  trial(item: TrialItem): Promise<TrialAnswer>;
  close(): Promise<void>;
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
  return await composeTrial();
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
  return {
    async trial(item) {
      const response = await send(address, key, item);
      const body: unknown = await response.json().catch(() => undefined);
      if (!response.ok) throw fromProblem(problemFrom(body, response.status, address));
      const answer = trialAnswerSchema.safeParse(body);
      if (!answer.success) {
        throw new CommandError(
          `${address.origin} did not answer as Tidegate does.`,
          'Check that the address is that of a Tidegate of the same version.',
        );
      }
      return answer.data;
    },
    close: async () => {},
  };
};

const send = async (address: URL, key: string, item: TrialItem): Promise<Response> => {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ item }),
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
