import type { HashBanks } from '#engine/ports/hash-banks.ts';

/** No banks at all: for judging without an installation. */
export const noHashBanks: HashBanks = { load: (epoch) => Promise.resolve({ epoch, banks: [] }) };
