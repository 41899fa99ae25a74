import { type BankRecord, entryRecord, type ListReader, removedRecord, shownName } from './bank-record.ts';
import { CsvList } from './csv-list.ts';
import { JsonOrCsv, textOf } from './json-or-csv.ts';

/** States in which the person has taken the case back; the platform must forget the hash. */
const takenBack = new Set(['Withdrawn', 'Deleted']);

interface HashRecord {
  readonly type: string;
  readonly hash: string;
  readonly status: string;
}

const recordOf = (line: number, { type, hash, status }: HashRecord): BankRecord => {
  if (type === '') return { kind: 'fault', line, message: 'the record has no `signalType`' };
  if (type !== 'ImagePDQ') return { kind: 'skipped', line, what: shownName(type) };
  if (takenBack.has(status)) return removedRecord(line, 'pdq', hash);
  // Case numbers are not kept: they name people's cases.
  return entryRecord(line, { algorithm: 'pdq', hash, source: '', note: '' });
};

/**
 * Hashes of StopNCII.org as its `FetchHashes` gives them: `{ hashRecords: [{ signalType, hashValue, hashStatus, caseNumbers }] }`, pages one
 * after the other, an array, or a line each; or CSV with these names as columns. Only `ImagePDQ` is looked up; `Withdrawn` and `Deleted`
 * records are taken out. Source: facebook/ThreatExchange, python-threatexchange, `exchanges/clients/stopncii/api.py`.
 */
export const stopNciiReader = (): ListReader =>
  new JsonOrCsv({
    listKeys: ['hashRecords'],
    record: (line, { signalType, hashValue, hashStatus }) =>
      recordOf(line, { type: textOf(signalType), hash: textOf(hashValue), status: textOf(hashStatus) }),
    csv: () =>
      new CsvList<keyof HashRecord>({
        columns: { type: ['signaltype'], hash: ['hashvalue'], status: ['hashstatus'] },
        required: ['type', 'hash'],
        record: recordOf,
      }),
  });
