import type { TaskList } from 'graphile-worker';
import type { Queryable } from '#platform/database/database.ts';
import { forgetDeliveries } from './delivery-store.ts';

/** Days for which events and their deliveries can be looked at and replayed. */
export const keptDays = 30;
/** Days for which what was given up stays in sight. */
const deadKeptDays = 90;

const dayMs = 86_400_000;

/** Background work on deliveries, by job name. */
export const enforcementJobs = (dependencies: {
  readonly database: Queryable;
  readonly now: () => number;
}): TaskList => ({
  'forget-deliveries': async () => {
    const now = dependencies.now();
    // A day more than a replay may reach back, so that nothing is forgotten while it is being queued.
    const delivered = new Date(now - (keptDays + 1) * dayMs);
    await forgetDeliveries(dependencies.database, { delivered, dead: new Date(now - deadKeptDays * dayMs) });
  },
});

/** When the recurring jobs run (graphile-worker's crontab format). */
export const enforcementCrontab = '41 3 * * * forget-deliveries';
