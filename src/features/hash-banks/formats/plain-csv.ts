import { hashAlgorithmSchema, hashAlgorithms } from '#contracts/hash-bank.ts';
import { type BankRecord, entryRecord, type ListReader, shownName } from './bank-record.ts';
import { CsvList, type Row } from './csv-list.ts';

type Column = 'algorithm' | 'hash' | 'source' | 'note';

const recordOf = (line: number, { algorithm, hash, source, note }: Row<Column>): BankRecord => {
  // Nothing but MD5 has 32 digits; 64 may be SHA-256 or PDQ, and to guess would be to match nothing.
  const named = algorithm === '' && hash.length === 32 ? 'md5' : algorithm.toLowerCase().replaceAll('-', '');
  const parsed = hashAlgorithmSchema.safeParse(named);
  if (parsed.success) return entryRecord(line, { algorithm: parsed.data, hash, source, note });
  const given = algorithm === '' ? 'no algorithm is named' : `${shownName(algorithm)} is no algorithm of Tidegate's`;
  return { kind: 'fault', line, message: `${given}; write ${hashAlgorithms.join(', ')}` };
};

/** Tidegate's own list: `algorithm,hash,source_id,note`, with or without a header. */
export const plainCsvReader = (): ListReader =>
  new CsvList<Column>({
    columns: {
      algorithm: ['algorithm', 'type', 'signaltype'],
      hash: ['hash', 'value', 'hashvalue', 'signalstr', 'indicator'],
      source: ['sourceid', 'id'],
      note: ['note', 'description'],
    },
    required: ['hash'],
    withoutHeader: ['algorithm', 'hash', 'source', 'note'],
    record: recordOf,
  });
