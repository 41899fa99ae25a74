import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Application, type ApplicationOptions, composeApplication } from '#apps/application.ts';
import type { Role, Scope } from '#contracts/access.ts';
import type { ItemAnswer } from '#contracts/items-api.ts';
import { createApiKey, createConsoleAccount } from '#features/access/index.ts';
import { systemActor } from '#features/audit/index.ts';
import { readConfig } from '#platform/config.ts';
import { type Log, silentLog } from '#platform/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

const adminPassword = 'a long password for tests';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

export interface RequestOptions {
  readonly method?: string;
  readonly body?: unknown;
  /** Sent as it is, for bodies that are no JSON. */
  readonly rawBody?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
}

/** Somebody who makes requests: a key, a signed-in person, or nobody. */
export interface Client {
  request<Body = unknown>(path: string, options?: RequestOptions): Promise<Answer<Body>>;
}

export interface TestApplication {
  readonly application: Application;
  readonly database: TestDatabase;
  readonly address: string;
  readonly dataDir: string;
  /** A client with a fresh key of these scopes (all of a platform's unless given). */
  keyClient(scopes?: readonly Scope[]): Promise<Client & { readonly keyId: string; readonly key: string }>;
  /** A person signed in with this role. */
  personClient(
    role: Role,
  ): Promise<Client & { readonly accountId: string; readonly cookie: string; readonly csrfToken: string }>;
  readonly nobody: Client;
  stop(): Promise<void>;
}

const send = async <Body>(
  address: string,
  path: string,
  given: Record<string, string>,
  { method, body, rawBody, headers }: RequestOptions = {},
): Promise<Answer<Body>> => {
  const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(new URL(path, address), {
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    headers: { ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...given, ...headers },
    ...(payload === undefined ? {} : { body: payload }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && text !== '' ? JSON.parse(text) : text) as Body,
  };
};

export interface TestApplicationOptions extends ApplicationOptions {
  /** Configuration beside that of every test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Silent unless given. */
  readonly log?: Log;
  /** Share this database, as a second process does, instead of making one. Whoever made it drops it. */
  readonly database?: TestDatabase;
}

/** The composed application on a database of its own, listening on a free port of this machine. */
export const startTestApplication = async (options: TestApplicationOptions = {}): Promise<TestApplication> => {
  const database = options.database ?? (await createTestDatabase());
  const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-app-'));
  const config = readConfig({
    TIDEGATE_DATA_DIR: dataDir,
    TIDEGATE_DATABASE_URL: database.adminUrl,
    TIDEGATE_ADMIN_PASSWORD: adminPassword,
    ...options.env,
  });
  const application = await composeApplication(config, options.log ?? silentLog, options);
  const address = await application.start({ host: '127.0.0.1', port: 0 });
  let people = 0;

  return {
    application,
    database,
    address,
    dataDir,
    nobody: { request: (path, request) => send(address, path, {}, request) },
    async keyClient(scopes = ['items:write', 'items:read', 'try']) {
      const created = await createApiKey(
        application.database,
        { name: 'test', scopes: [...scopes], ratePerMinute: null, expiresAt: null },
        systemActor,
        new Date(),
      );
      return {
        keyId: created.id,
        key: created.key,
        request: (path, request) => send(address, path, { authorization: `Bearer ${created.key}` }, request),
      };
    },
    async personClient(role) {
      people += 1;
      const email = `${role}-${people}@example.test`;
      const account = await createConsoleAccount(
        application.database,
        { email, displayName: `${role} ${people}`, role, password: adminPassword },
        systemActor,
        new Date(),
      );
      const signedIn = await send<{ csrfToken: string }>(
        address,
        '/v1/session',
        {},
        { body: { email, password: adminPassword } },
      );
      if (signedIn.status !== 200)
        throw new Error(`sign-in answered ${signedIn.status}: ${JSON.stringify(signedIn.body)}`);
      const cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';')[0]!;
      const { csrfToken } = signedIn.body;
      return {
        accountId: account.id,
        cookie,
        csrfToken,
        request: (path, request) => send(address, path, { cookie, 'x-csrf-token': csrfToken }, request),
      };
    },
    async stop() {
      await application.stop();
      if (options.database === undefined) await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** A comment to submit. */
export const comment = (text: string, overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  account: { id: 'user-1' },
  surface: 'comment',
  parts: [{ id: 'body', kind: 'text', text }],
  ...overrides,
});

/** Submits an item and gives the answer. @throws Error where it is not 200 */
export const submit = async (client: Client, body: unknown): Promise<ItemAnswer> => {
  const answer = await client.request<ItemAnswer>('/v1/items', { body });
  if (answer.status !== 200) throw new Error(`submission answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
