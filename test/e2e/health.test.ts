import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registeredRoutes } from '#platform/http/registered-routes.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { captureLog } from './support/captured-log.ts';
import { marker } from './support/refusal.ts';

const captured = captureLog();
let app: TestApplication;
let platform: Client & { key: string };

beforeAll(async () => {
  app = await startTestApplication({ log: captured.log });
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());

describe('health', () => {
  it('/healthz says that the process lives, /readyz that items can be decided', async () => {
    expect(await app.nobody.request('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await app.nobody.request('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  it('/v1/system says what this installation consists of', async () => {
    const analyst = await app.personClient('analyst');
    const { body } = await analyst.request<{ detectors: { id: string }[]; database: string }>('/v1/system');
    expect(body.database).toBe('external');
    expect(body.detectors.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['terms', 'links', 'structural', 'account', 'reposts', 'rules', 'text-classifier']),
    );
    expect(JSON.stringify(body)).not.toContain('postgres');
  });
});

describe('metrics', () => {
  it('are for those who may see them, count decisions, and carry nothing from outside in a label', async () => {
    expect((await app.nobody.request('/metrics')).status).toBe(401);
    const before = await platform.request<string>('/metrics');
    expect(before.headers.get('content-type')).toContain('text/plain');
    const countOf = (text: string) =>
      [...text.matchAll(/^tidegate_decisions_total\{[^}]*\} (\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
    await submit(
      platform,
      comment(`A remark ${marker}`, { account: { id: marker }, surface: 'chat', deadlineMs: 20_000 }),
    );
    await app.nobody.request(`/${marker}`);
    const after = await platform.request<string>('/metrics');
    expect(countOf(after.body)).toBe(countOf(before.body) + 1);
    for (const name of [
      'tidegate_http_request_seconds_bucket',
      'tidegate_signals_total',
      'tidegate_review_open',
      'tidegate_commit_backlog',
      'tidegate_nodejs_eventloop_lag_seconds',
    ])
      expect(after.body).toContain(name);
    expect(after.body).not.toContain(marker);
    // The exposition format: every line a comment or a sample.
    for (const line of after.body.split('\n').filter(Boolean))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+|\w+(\{.*\})? [-+\w.]+)/);
  });
});

describe('the API described', () => {
  interface OpenApi {
    openapi: string;
    paths: Record<
      string,
      Record<string, { summary?: string; requestBody?: unknown; responses?: Record<string, unknown> }>
    >;
  }

  it('/openapi.json names every route of the API, with a summary and its shapes', async () => {
    const { status, body } = await app.nobody.request<OpenApi>('/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\.1/);
    const described = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = registeredRoutes(app.application.server)
      .filter(({ url, method }) => url.startsWith('/v1/') && method !== 'HEAD')
      .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(described).toEqual(expect.arrayContaining(routes));
    expect(routes.length).toBeGreaterThan(30);
    const operations = Object.entries(body.paths)
      .filter(([path]) => path.startsWith('/v1/'))
      .flatMap(([, methods]) => Object.values(methods));
    for (const operation of operations)
      expect(operation.summary?.length, JSON.stringify(operation).slice(0, 200)).toBeGreaterThan(3);
    const submission = body.paths['/v1/items']?.post;
    expect(JSON.stringify(submission?.requestBody)).toContain('idempotencyKey');
    expect(Object.keys(submission?.responses ?? {})).toEqual(expect.arrayContaining(['200', '202']));
  });

  it('/docs is a page to read, from here alone, that runs its own script and no other', async () => {
    const page = await app.nobody.request<string>('/docs/', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.body).toContain('Tidegate');
    expect(page.body).toContain('openapi.json');
    const csp = page.headers.get('content-security-policy') ?? '';
    expect(csp).toContain("default-src 'none'");
    expect(csp).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
    const inline = [...page.body.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
      ([, script]) => script!,
    );
    expect(inline.length).toBeGreaterThan(0);
    for (const script of inline)
      expect(csp).toContain(`'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    const sources = [...page.body.matchAll(/<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"/gi)].map(
      ([, source]) => source!,
    );
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      const url = new URL(source, new URL('/docs/', app.address));
      expect(url.origin).toBe(app.address);
      expect((await app.nobody.request(url.pathname)).status, source).toBe(200);
    }
  });
});

describe('every answer', () => {
  it.each(['/healthz', '/v1/items', '/openapi.json', '/nothing-here', '/docs/'])(
    '%s carries the headers that keep a browser safe',
    async (path) => {
      const { headers } = await app.nobody.request(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );
});

describe('logs', () => {
  it('hold neither content nor keys nor personal data', async () => {
    await submit(
      platform,
      comment(`Said in confidence: ${marker}`, {
        title: marker,
        account: { id: `person-${marker}`, displayName: marker },
        metadata: { note: marker },
        deadlineMs: 20_000,
      }),
    );
    await platform.request(`/v1/items?text=${marker}`);
    await platform.request('/v1/items', { rawBody: `{"${marker}": ` });
    await platform.request('/v1/try', { body: { item: { parts: [{ id: 'body', kind: 'text', text: marker }] } } });
    await app.nobody.request('/v1/session', { body: { email: `${marker}@example.test`, password: marker } });
    expect(captured.text()).not.toContain(marker);
    expect(captured.text()).not.toContain(platform.key);
    for (const line of captured.text().split('\n').filter(Boolean))
      expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});
