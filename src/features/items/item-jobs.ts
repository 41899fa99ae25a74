import type { TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { Queryable } from '#platform/database/database.ts';
import { forgetOldKeys } from './idempotency.ts';
import type { ItemService } from './item-service.ts';

const continuation = z.strictObject({ itemId: z.uuid(), version: z.number().int(), attempt: z.number().int() });

/** Background work on items, by job name. */
export const itemJobs = (dependencies: {
  readonly service: ItemService;
  readonly database: Queryable;
  readonly now: () => number;
}): TaskList => ({
  'decide-item': async (payload) => {
    const { itemId, version, attempt } = continuation.parse(payload);
    await dependencies.service.continueDeciding(itemId, version, attempt);
  },
  'forget-idempotency-keys': async () => {
    await forgetOldKeys(dependencies.database, dependencies.now());
  },
});

/** When the recurring jobs run (graphile-worker's crontab format). */
export const itemCrontab = '17 3 * * * forget-idempotency-keys';
