import type { JudgeTier } from '#contracts/judge.ts';
import type { SpendingCap } from '#engine/ports/language-model.ts';
import type { Clock } from '#platform/clock.ts';
import type { Queryable } from '#platform/database/database.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { grantMoney, returnMoney } from './usage-store.ts';

/** A process asks for so much of the cap at a time, so that not every question is a write. */
const shareAtATime = 0.02;

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/**
 * The day's money of a tier, shared by all processes: each is granted a little of it at a time and spends from that. What was granted is
 * never above the cap, so neither is what is spent; a process that dies takes its small rest with it. A database that does not answer
 * grants nothing.
 */
export class DailyCap implements SpendingCap {
  readonly #database: Queryable;
  readonly #tier: JudgeTier;
  readonly #clock: Clock;
  readonly #log: Log;
  #day = '';
  #left = 0;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(
    tier: JudgeTier,
    dependencies: { readonly database: Queryable; readonly clock: Clock; readonly log: Log },
  ) {
    this.#tier = tier;
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
  }

  take(usd: number, capUsd: number): Promise<((spentUsd: number) => void) | undefined> {
    // One after the other: two at once would both ask for a grant that one of them needs.
    const taken = this.#asking.then(() => this.#take(usd, capUsd));
    this.#asking = taken;
    return taken;
  }

  /** Gives back what is left, at the end of the process. */
  async close(): Promise<void> {
    await this.#asking;
    const rest = this.#left;
    this.#left = 0;
    if (rest > 0) await returnMoney(this.#database, this.#day, this.#tier, rest).catch(() => undefined);
  }

  #settle(day: string, rest: number): void {
    // More than was set aside makes the rest negative: the next grant pays for it. What is over of another day is not spent on this one.
    if (day === this.#day || rest < 0) this.#left += rest;
  }

  async #take(usd: number, capUsd: number): Promise<((spentUsd: number) => void) | undefined> {
    const today = dayOf(this.#clock.now());
    if (today !== this.#day) {
      this.#day = today;
      this.#left = Math.min(0, this.#left);
    }
    if (this.#left < usd) {
      const needed = usd - this.#left;
      const granted =
        (await this.#grant(Math.max(needed, capUsd * shareAtATime), capUsd)) ?? (await this.#grant(needed, capUsd));
      if (granted === undefined) return undefined;
      this.#left += granted;
    }
    this.#left -= usd;
    return (spentUsd) => this.#settle(today, usd - spentUsd);
  }

  async #grant(usd: number, capUsd: number): Promise<number | undefined> {
    try {
      const granted = await grantMoney(this.#database, { day: this.#day, tier: this.#tier, usd, capUsd });
      return granted ? usd : undefined;
    } catch (error) {
      this.#log.error(
        { tier: this.#tier, error: errorName(error) },
        'the cap on cost cannot be read; nothing is spent',
      );
      return undefined;
    }
  }
}
