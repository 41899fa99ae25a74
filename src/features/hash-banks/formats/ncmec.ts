import type { HashAlgorithm } from '#contracts/hash-bank.ts';
import { type BankRecord, entryRecord, type ListReader, shownName } from './bank-record.ts';
import { type XmlEvent, XmlFault, XmlReader } from './xml-reader.ts';

const algorithms: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['md5', 'md5'],
  ['sha256', 'sha256'],
  ['pdq', 'pdq'],
]);
const mostFingerprints = 50;
const longestValue = 16_384;
const entryNames: ReadonlySet<string> = new Set(['image', 'video', 'deletedImage', 'deletedVideo']);

interface OpenEntry {
  readonly name: string;
  readonly line: number;
  member: string;
  id: string;
  classification: string;
  readonly fingerprints: { readonly name: string; readonly line: number; value: string }[];
}

const recordsOf = (entry: OpenEntry): BankRecord[] => {
  const { name, line, member, id, classification, fingerprints } = entry;
  if (id === '' || member === '') {
    return [{ kind: 'fault', line, message: `the ${name} has no ${id === '' ? '`id`' : '`member` with an `id`'}` }];
  }
  const source = `${member}:${id}`.slice(0, 200);
  if (name.startsWith('deleted')) return [{ kind: 'withdrawn', line, source }];
  // Its hashes are those of a video file, which nothing is looked up by yet.
  if (name === 'video') return [{ kind: 'skipped', line, what: 'video' }];
  return fingerprints.map((fingerprint): BankRecord => {
    const algorithm = algorithms.get(fingerprint.name.toLowerCase());
    return algorithm === undefined
      ? { kind: 'skipped', line: fingerprint.line, what: shownName(fingerprint.name) }
      : entryRecord(fingerprint.line, { algorithm, hash: fingerprint.value.trim(), source, note: classification });
  });
};

/**
 * Answers of NCMEC's hash sharing service, version 2: `queryResult/images/image` with `member/@id`, `id`, `classification` (A1, A2, B1, B2) and
 * `fingerprints` by name, and `deletedImage`, which withdraws what this member listed under this id. Source: the service's XML as read by
 * facebook/ThreatExchange, python-threatexchange, `exchanges/clients/ncmec/hash_api.py`.
 */
class NcmecReader implements ListReader {
  readonly #xml = new XmlReader();
  readonly #path: string[] = [];
  #entry: OpenEntry | undefined;
  #text = '';
  #stopped = false;

  push(text: string): BankRecord[] {
    return this.#read(() => this.#xml.push(text));
  }

  end(): BankRecord[] {
    return this.#read(() => {
      this.#xml.end();
      return [];
    });
  }

  #read(events: () => Iterable<XmlEvent>): BankRecord[] {
    if (this.#stopped) return [];
    const records: BankRecord[] = [];
    try {
      for (const event of events()) this.#take(event, records);
    } catch (error) {
      if (!(error instanceof XmlFault)) throw error;
      this.#stopped = true;
      records.push({ kind: 'fault', line: error.line, message: `${error.message}; nothing behind it was read` });
    }
    return records;
  }

  #take(event: XmlEvent, records: BankRecord[]): void {
    if (event.kind === 'text') {
      this.#text += event.text;
      if (this.#text.length > longestValue) throw new XmlFault(event.line, 'a value is too long');
    }
    if (event.kind === 'open') this.#openElement(event);
    if (event.kind === 'close') this.#closeElement(event.name, records);
  }

  #openElement({ name, attributes, line }: Extract<XmlEvent, { kind: 'open' }>): void {
    if (this.#path.length === 0 && name !== 'queryResult')
      throw new XmlFault(line, 'the document is no `queryResult` of the hash sharing service');
    this.#path.push(name);
    this.#text = '';
    if (this.#entry === undefined) {
      if (this.#path.length === 3 && entryNames.has(name))
        this.#entry = { name, line, member: '', id: '', classification: '', fingerprints: [] };
      return;
    }
    if (this.#path.length === 4 && name === 'member') this.#entry.member = attributes.get('id') ?? '';
    if (this.#path.length === 5 && this.#path[3] === 'fingerprints') {
      if (this.#entry.fingerprints.length >= mostFingerprints)
        throw new XmlFault(line, `an entry has more than ${mostFingerprints} fingerprints`);
      this.#entry.fingerprints.push({ name, line, value: '' });
    }
  }

  #closeElement(name: string, records: BankRecord[]): void {
    const entry = this.#entry;
    const depth = this.#path.length;
    this.#path.pop();
    if (entry === undefined) return;
    if (depth === 3) {
      records.push(...recordsOf(entry));
      this.#entry = undefined;
    } else if (depth === 4 && name === 'id') entry.id = this.#text.trim();
    else if (depth === 4 && name === 'classification') entry.classification = this.#text.trim();
    else if (depth === 5 && this.#path[3] === 'fingerprints') entry.fingerprints.at(-1)!.value = this.#text;
    this.#text = '';
  }
}

export const ncmecReader = (): ListReader => new NcmecReader();
