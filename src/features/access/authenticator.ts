import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Principal } from '#contracts/access.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { forbidden, type ProblemError, tooManyRequests, unauthenticated } from '#platform/http/problem-error.ts';
import type { Authenticator } from '#platform/http/route-access.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import {
  type AccessChange,
  accessChannel,
  isSessionOpen,
  type KeyRecord,
  keyState,
  parseAccessChange,
  type SessionRecord,
} from './access.ts';
import { sweepAccess } from './access-store.ts';
import { findKeyByHash } from './api-key-store.ts';
import { areEqual, type CsrfTokens, createCsrfTokens, hashSecret, isKeyShaped, isTokenShaped } from './credentials.ts';
import { takeQueryKey } from './query-key.ts';
import { RateWindow } from './rate-window.ts';
import { RecentCache } from './recent-cache.ts';
import { requireSameOrigin } from './same-origin.ts';
import { readSessionCookie } from './session-cookie.ts';
import { findSessionByHash } from './session-store.ts';
import { Touches } from './touch-store.ts';

export interface AuthenticatorOptions {
  readonly database: Database;
  readonly secretKey: string | Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  /** Further origins under which the console is served, as in `https://moderation.example.org`. */
  readonly publicOrigins?: readonly string[];
}

/** Knows API keys and console sessions. */
export interface AccessAuthenticator extends Authenticator {
  /** Begins to listen for changes made by other processes, and to write what comes together. */
  start(): Promise<void>;
  /** Forgets what is remembered of a key, an account or a session, so that the next request asks the database. */
  forget(change: AccessChange): void;
  /** Writes the times of last use that have come together. */
  flush(): Promise<void>;
  /** Ends what `start` began, after a last `flush`. */
  close(): Promise<void>;
}

/** How long what the database said may be relied on where no notification comes through. */
const maximumAgeMs = 1_000;
const flushEveryMs = 10_000;
const sweepEveryMs = 600_000;

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

const refuse = (detail: string, remedy: string): ProblemError => unauthenticated({ detail, remedy });

const getNewKey = 'Ask an administrator for a new one (console, Settings, API keys).';

const bearerKey = (header: string): string => {
  const key = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (key === undefined) {
    throw refuse(
      'The authorization header is not of the form `Bearer KEY`.',
      'Send `Authorization: Bearer` and your API key.',
    );
  }
  return key;
};

const keyRefusals = {
  expired: () => refuse('This API key has expired.', getNewKey),
  revoked: () => refuse('This API key was revoked.', getNewKey),
} as const;

class CachingAuthenticator implements AccessAuthenticator {
  readonly #options: AuthenticatorOptions;
  readonly #csrf: CsrfTokens;
  readonly #touches: Touches;
  readonly #keys: RecentCache<KeyRecord>;
  readonly #sessions: RecentCache<SessionRecord>;
  readonly #lastSeen = new LRUCache<string, number>({ max: 10_000 });
  readonly #windows = new LRUCache<string, RateWindow>({ max: 10_000 });
  #timers: NodeJS.Timeout[] = [];
  #unlisten: (() => Promise<void>) | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    const { database } = options;
    this.#csrf = createCsrfTokens(options.secretKey);
    this.#touches = new Touches(database);
    const limits = { maximumAgeMs, maximumEntries: 10_000 };
    this.#keys = new RecentCache({ ...limits, read: (hash) => findKeyByHash(database, Buffer.from(hash, 'base64')) });
    this.#sessions = new RecentCache({
      ...limits,
      read: (hash) => findSessionByHash(database, Buffer.from(hash, 'base64')),
    });
  }

  async authenticate(request: FastifyRequest): Promise<Principal> {
    const { access } = request.routeOptions.config;
    // Taken out even where the header counts: it must not lie about.
    const queryKey = access?.public !== true && access?.keyInQuery === true ? takeQueryKey(request) : undefined;
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#byKey(bearerKey(authorization));
    return queryKey === undefined ? this.#bySession(request) : this.#byKey(queryKey);
  }

  async #byKey(text: string): Promise<Principal> {
    if (!isKeyShaped(text)) {
      throw refuse(
        'This is not an API key: keys have 8 to 200 ASCII characters.',
        'Check that the key was copied whole.',
      );
    }
    const hash = hashSecret(text);
    const now = this.#options.clock.now();
    const name = hash.toString('base64');
    // The await of a value at hand would give the turn away for nothing.
    const known = this.#keys.peek(name, now);
    const key = known === undefined ? await this.#keys.get(name, now) : known;
    if (key === null || !areEqual(key.hash, hash)) {
      throw refuse(
        'This API key is not known here.',
        'Check that the key was copied whole and belongs to this server.',
      );
    }
    const state = keyState(key, now);
    if (state !== 'usable') throw keyRefusals[state]();
    if (key.ratePerMinute !== null) this.#limit(key.id, key.ratePerMinute, now);
    this.#touches.key(key.id, now);
    return { kind: 'api_key', keyId: key.id, name: key.name, scopes: key.scopes };
  }

  #limit(keyId: string, ratePerMinute: number, now: number): void {
    let window = this.#windows.get(keyId);
    if (window === undefined) {
      window = new RateWindow();
      this.#windows.set(keyId, window);
    }
    const seconds = window.take(ratePerMinute, now);
    if (seconds === 0) return;
    throw tooManyRequests({
      detail: `This API key may make ${ratePerMinute} requests a minute and has made them.`,
      remedy: `Wait ${seconds} seconds, send items in batches, or ask an administrator for a higher limit.`,
      retryAfterSeconds: seconds,
    });
  }

  async #bySession(request: FastifyRequest): Promise<Principal> {
    const token = readSessionCookie(request);
    if (token === undefined || token === '') {
      throw refuse(
        'The request carries neither an API key nor a session.',
        'Send an API key as `Authorization: Bearer KEY`, or sign in to the console.',
      );
    }
    const now = this.#options.clock.now();
    const hash = isTokenShaped(token) ? hashSecret(token) : undefined;
    const session = hash === undefined ? null : await this.#sessions.get(hash.toString('base64'), now);
    if (session === null || hash === undefined || !areEqual(session.hash, hash) || !this.#isOpen(session, now)) {
      throw refuse('This session has ended.', 'Sign in again.');
    }
    if (!safeMethods.has(request.method)) this.#requireIntent(request, session.id);
    this.#lastSeen.set(session.id, now);
    this.#touches.session(session.id, now);
    const { id: sessionId, accountId, displayName, role } = session;
    return { kind: 'console', accountId, sessionId, displayName, role };
  }

  /** Idle time counts from the last request seen here or, through the database, in any process. */
  #isOpen(session: SessionRecord, now: number): boolean {
    const lastSeenAt = new Date(Math.max(session.lastSeenAt.getTime(), this.#lastSeen.get(session.id) ?? 0));
    return isSessionOpen({ ...session, lastSeenAt }, now);
  }

  /** A cookie goes with every request of the browser; only the console itself knows the token and has our origin. */
  #requireIntent(request: FastifyRequest, sessionId: string): void {
    requireSameOrigin(request, this.#options.publicOrigins ?? []);
    const token = request.headers['x-csrf-token'];
    if (typeof token === 'string' && this.#csrf.isOf(sessionId, token)) return;
    throw forbidden({
      detail:
        token === undefined ? 'The header x-csrf-token is missing.' : 'The header x-csrf-token is not of this session.',
      remedy: 'Send the `csrfToken` of GET /v1/session as x-csrf-token.',
    });
  }

  forget({ kind, id }: AccessChange): void {
    if (kind === 'key') this.#keys.forget((key) => key.id === id);
    else this.#sessions.forget((session) => (kind === 'session' ? session.id : session.accountId) === id);
  }

  async start(): Promise<void> {
    const { database, clock } = this.#options;
    this.#unlisten = await database.listen(accessChannel, (payload) => {
      const change = parseAccessChange(payload);
      if (change !== null) return this.forget(change);
      // The connection was lost for a while: anything may have changed.
      this.#keys.forget(() => true);
      this.#sessions.forget(() => true);
    });
    this.#every(flushEveryMs, () => this.flush());
    this.#every(sweepEveryMs, () => sweepAccess(database, new Date(clock.now())));
  }

  #every(intervalMs: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      work().catch((error: unknown) => this.#options.log.warn({ error: errorName(error) }, 'access upkeep failed'));
    }, intervalMs);
    this.#timers.push(timer.unref());
  }

  flush(): Promise<void> {
    return this.#touches.flush();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    await this.#unlisten?.();
    this.#unlisten = undefined;
    await this.flush();
  }
}

/**
 * Finds out who makes a request: the API key in the authorization header, or in the query where the route takes it there, else the
 * console session in the cookie. What the database said of either is remembered for one second at most and forgotten at once when it changes, here or in another process.
 */
export const createAuthenticator = (options: AuthenticatorOptions): AccessAuthenticator =>
  new CachingAuthenticator(options);
