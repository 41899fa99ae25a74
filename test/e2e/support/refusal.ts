import { expect } from 'vitest';
import type { Problem } from '#contracts/problem.ts';
import type { Answer } from '#test/support/application.ts';
import type { TestDatabase } from '#test/support/database.ts';

/** Stands in every hostile text, so that a quotation of it shows wherever it turns up. */
export const marker = 'quokka-7c1f';

export interface Refusal {
  readonly status: number;
  /** A place that `errors` names. */
  readonly path?: string;
  /** Last segment of the problem type. */
  readonly type?: string;
}

/** That the answer is a complete problem document, and quotes nothing of what was sent. */
export const expectProblem = (answer: Answer, { status, path, type }: Refusal): Problem => {
  const problem = answer.body as Problem;
  expect(answer.status, JSON.stringify(problem)).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(problem.status).toBe(status);
  expect(problem.type).toMatch(/^urn:tidegate:problem:[a-z-]+$/);
  if (type !== undefined) expect(problem.type).toBe(`urn:tidegate:problem:${type}`);
  expect(problem.title.length).toBeGreaterThan(3);
  expect(problem.detail.length).toBeGreaterThan(10);
  expect(problem.remedy.length).toBeGreaterThan(5);
  if (path !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(path);
  expect(JSON.stringify(problem)).not.toContain(marker);
  return problem;
};

const countedTables = [
  'items',
  'item_versions',
  'decisions',
  'outbox',
  'idempotency_keys',
  'accounts',
  'review_tasks',
  'audit_entries',
  'policy_versions',
  'term_lists',
  'domain_lists',
  'api_keys',
  'graphile_worker._private_jobs',
] as const;

/** How many rows each table has: what a refused request must leave as it was. */
export const countRows = async ({ database }: TestDatabase): Promise<Record<string, number>> => {
  const [row] = await database.query<Record<string, number>>(
    `SELECT ${countedTables.map((table) => `(SELECT count(*) FROM ${table}) AS "${table}"`).join(', ')}`,
  );
  return row!;
};
