import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Signal } from '#contracts/signal.ts';
import { canonicalJson } from '#platform/canonical-json.ts';

/** Judgements that were made before, by everything that went into them. May forget at any time. */
export interface JudgeCache {
  get(key: string): Signal | undefined;
  set(key: string, signal: Signal): void;
}

/** Made once for all configurations: the key says which endpoint, prompt and policy a judgement belongs to. */
export const createJudgeCache = (maximum = 5_000): JudgeCache => new LRUCache<string, Signal>({ max: maximum });

/** SHA-256 of everything that a judgement depends on. No content can be read from it. */
export const judgementKey = (basis: Readonly<Record<string, unknown>>): string =>
  createHash('sha256').update(canonicalJson(basis)).digest('base64');
