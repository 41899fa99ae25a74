import type { BankImportFormat } from '#contracts/hash-bank.ts';
import type { ListReader } from './bank-record.ts';
import { ncmecReader } from './ncmec.ts';
import { plainCsvReader } from './plain-csv.ts';
import { stopNciiReader } from './stopncii.ts';
import { threatExchangeReader } from './threatexchange.ts';

const readers: Readonly<Record<BankImportFormat, () => ListReader>> = {
  csv: plainCsvReader,
  threatexchange: threatExchangeReader,
  stopncii: stopNciiReader,
  ncmec: ncmecReader,
};

/** A reader for one list of this format. */
export const listReader = (format: BankImportFormat): ListReader => readers[format]();
