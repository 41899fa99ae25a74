export { BankEntryService } from './bank-entry-service.ts';
export { registerHashBankRoutes } from './hash-bank-routes.ts';
export { HashBankService } from './hash-bank-service.ts';
export type { FoundInBank } from './look-up.ts';
export { HashBankMemory } from './memory/hash-bank-memory.ts';
export { recordBankMatches, type WithheldFile } from './record-matches.ts';
