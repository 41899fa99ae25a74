import type { HashAlgorithm } from '#contracts/hash-bank.ts';
import { type BankRecord, entryRecord, type ListReader, removedRecord, shownName } from './bank-record.ts';
import { CsvList } from './csv-list.ts';
import { JsonOrCsv, textOf } from './json-or-csv.ts';

/** `IndicatorType` of the Graph API, and the names that the `threatexchange` command line uses. */
const algorithms: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['HASH_PDQ', 'pdq'],
  ['HASH_MD5', 'md5'],
  ['HASH_SHA256', 'sha256'],
  ['PDQ', 'pdq'],
  ['MD5', 'md5'],
  ['SHA256', 'sha256'],
]);
/** A tag that says that an MD5 is that of a video. */
const videoTag = 'media_type_video';

interface Indicator {
  readonly type: string;
  readonly hash: string;
  readonly id: string;
  readonly status: string;
  readonly removed: boolean;
  readonly tags: readonly string[];
}

const recordOf = (line: number, { type, hash, id, status, removed, tags }: Indicator): BankRecord => {
  if (type === '') return { kind: 'fault', line, message: 'the indicator has no `type`' };
  const algorithm = algorithms.get(type.toUpperCase());
  if (algorithm === undefined) return { kind: 'skipped', line, what: shownName(type) };
  if (algorithm === 'md5' && tags.includes(videoTag)) return { kind: 'skipped', line, what: 'HASH_MD5 of a video' };
  if (removed) return removedRecord(line, algorithm, hash);
  // Shared as harmless: in a bank that acts it would do the contrary of what its owner says.
  if (status.toUpperCase() === 'NON_MALICIOUS') return { kind: 'skipped', line, what: 'NON_MALICIOUS' };
  return entryRecord(line, { algorithm, hash, source: id, note: '' });
};

const textsOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.map((tag) => (typeof tag === 'object' ? tagText(tag) : textOf(tag)));
  if (typeof value === 'object' && value !== null && 'data' in value) return textsOf(value.data);
  return textOf(value).split(/[ ,;]+/);
};
const tagText = (tag: object | null): string => (tag !== null && 'text' in tag ? textOf(tag.text) : '');

/**
 * Indicators or descriptors of Meta's ThreatExchange as the Graph API gives them (`{ data: [{ id, indicator, type, status, should_delete,
 * tags }] }`, an array, or a line each; `threat_updates` and `threat_descriptors` alike), or CSV with the same names as columns.
 * Source: developers.facebook.com/docs/threat-exchange (ThreatIndicator, IndicatorType) and facebook/ThreatExchange, python-threatexchange,
 * `exchanges/clients/fb_threatexchange`.
 */
export const threatExchangeReader = (): ListReader =>
  new JsonOrCsv({
    listKeys: ['data'],
    record: (line, value) => {
      // A descriptor names its indicator as an object or under `raw_indicator`.
      const { indicator } = value;
      const nested =
        typeof indicator === 'object' && indicator !== null && 'indicator' in indicator
          ? indicator.indicator
          : indicator;
      return recordOf(line, {
        type: textOf(value.type),
        hash: textOf(nested) || textOf(value.raw_indicator),
        id: textOf(value.id),
        status: textOf(value.status),
        removed: value.should_delete === true || value.is_expired === true,
        tags: textsOf(value.tags),
      });
    },
    csv: () =>
      new CsvList<'type' | 'hash' | 'id' | 'status' | 'removed' | 'tags'>({
        columns: {
          type: ['type', 'indicatortype', 'signaltype'],
          hash: ['indicator', 'rawindicator', 'hash', 'signalstr', 'value'],
          id: ['id', 'indicatorid'],
          status: ['status'],
          removed: ['shoulddelete'],
          tags: ['tags'],
        },
        required: ['type', 'hash'],
        record: (line, row) =>
          recordOf(line, { ...row, removed: row.removed.toLowerCase() === 'true', tags: textsOf(row.tags) }),
      }),
  });
