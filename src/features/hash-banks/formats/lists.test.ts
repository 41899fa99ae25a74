import { describe, expect, it } from 'vitest';
import type { BankImportFormat } from '#contracts/hash-bank.ts';
import type { BankRecord } from './bank-record.ts';
import { listReader } from './list-reader.ts';

const pdq = (digit: string): string => digit.repeat(64);
const md5 = (digit: string): string => digit.repeat(32);

const read = (format: BankImportFormat, text: string, step = text.length || 1): BankRecord[] => {
  const reader = listReader(format);
  const records: BankRecord[] = [];
  for (let at = 0; at < text.length; at += step) records.push(...reader.push(text.slice(at, at + step)));
  return [...records, ...reader.end()];
};
/** What a list says must not depend on where its pieces are cut. */
const readAnyhow = (format: BankImportFormat, text: string): BankRecord[] => {
  const whole = read(format, text);
  for (const step of [1, 2, 3, 7, 64, 1000]) expect(read(format, text, step)).toEqual(whole);
  return whole;
};
const faultsOf = (records: readonly BankRecord[]) =>
  records.flatMap((record) => (record.kind === 'fault' ? [[record.line, record.message]] : []));
const entriesOf = (records: readonly BankRecord[]) =>
  records.flatMap((record) => (record.kind === 'entry' ? [{ line: record.line, ...record.entry }] : []));

describe('B7: CSV', () => {
  it('reads a list with a header, quoted fields, capitals, comments, both line ends and no last one', () => {
    const text = `\ufeffAlgorithm,Hash,Source ID,Note\r\n# a remark\r\nPDQ,${pdq('A')},case-1,"one, ""quoted"""\r\n\r\nSHA-256,${pdq('b')},,\nmd5,${md5('c')}`;
    expect(entriesOf(readAnyhow('csv', text.slice(1)))).toEqual([
      { line: 3, algorithm: 'pdq', hash: pdq('a'), source: 'case-1', note: 'one, "quoted"' },
      { line: 5, algorithm: 'sha256', hash: pdq('b'), source: '', note: '' },
      { line: 6, algorithm: 'md5', hash: md5('c'), source: '', note: '' },
    ]);
  });

  it('reads one without a header', () => {
    expect(entriesOf(readAnyhow('csv', `md5,${md5('1')}\npdq,${pdq('2')},id,note`))).toEqual([
      { line: 1, algorithm: 'md5', hash: md5('1'), source: '', note: '' },
      { line: 2, algorithm: 'pdq', hash: pdq('2'), source: 'id', note: 'note' },
    ]);
  });

  it('names every bad line, and keeps the others', () => {
    const lines = [
      'algorithm,hash,source_id,note',
      `pdq,${pdq('a').slice(1)},,`,
      `md5,${md5('g')},,`,
      `md5,"${md5('a')},,`,
      `sha1,${'a'.repeat(40)},,`,
      `,${pdq('a')},,`,
      `pdq,${pdq('a')},${'x'.repeat(201)},`,
      `pdq,${pdq('a')},,${'x'.repeat(20_000)}`,
      `pdq,${pdq('a')},bad \ufffd text,`,
      `pdq,${pdq('b')},fine,`,
    ];
    const records = readAnyhow('csv', lines.join('\n'));
    expect(faultsOf(records)).toEqual([
      [2, 'a pdq hash is 64 hexadecimal digits, not 63 characters'],
      [3, 'character 1 of the hash is no hexadecimal digit'],
      [4, 'a quoted field is not closed on its line'],
      [5, "sha1 is no algorithm of Tidegate's; write sha256, md5, pdq"],
      [6, 'no algorithm is named; write sha256, md5, pdq'],
      [7, 'the identifier is longer than 200 characters'],
      [8, 'the line is longer than 16384 characters'],
      [9, 'the identifier is not UTF-8; convert the file first'],
    ]);
    expect(entriesOf(records)).toHaveLength(1);
  });

  it('never quotes what it refuses', () => {
    const records = readAnyhow('csv', 'algorithm,hash\n<script>alert(1)</script>,<b>\nmd5,<b>');
    expect(JSON.stringify(records)).not.toContain('<');
  });
});

describe('B7: ThreatExchange', () => {
  const indicator = (changes: object) => ({
    id: '1',
    type: 'HASH_PDQ',
    indicator: pdq('a'),
    status: 'MALICIOUS',
    ...changes,
  });
  const list = [
    indicator({}),
    indicator({ id: '2', type: 'HASH_MD5', indicator: md5('b'), tags: ['media_type_photo'] }),
    indicator({
      id: '3',
      type: 'HASH_MD5',
      indicator: md5('c'),
      tags: { data: [{ id: '9', text: 'media_type_video' }] },
    }),
    indicator({ id: '4', type: 'HASH_SHA256', indicator: pdq('D') }),
    indicator({ id: '5', type: 'HASH_VIDEO_MD5', indicator: md5('e') }),
    indicator({ id: '6', status: 'NON_MALICIOUS' }),
    indicator({ id: '7', should_delete: true, indicator: pdq('f') }),
    indicator({ id: '8', indicator: { id: '80', indicator: pdq('8') } }),
    indicator({ id: '9', indicator: 'nothing' }),
  ];
  const shown = (records: readonly BankRecord[]) =>
    records.map((record) =>
      record.kind === 'entry'
        ? `${record.entry.algorithm} ${record.entry.source}`
        : record.kind === 'skipped'
          ? record.what
          : record.kind === 'removed'
            ? `- ${record.hash.slice(0, 2)}`
            : record.kind,
    );
  const expected = [
    'pdq 1',
    'md5 2',
    'HASH_MD5 of a video',
    'sha256 4',
    'HASH_VIDEO_MD5',
    'NON_MALICIOUS',
    '- ff',
    'pdq 8',
    'fault',
  ];

  it.each([
    ['a page of the Graph API', JSON.stringify({ paging: { cursors: { after: 'x' } }, data: list, next: { data: 1 } })],
    ['pages one after the other', list.map((entry) => JSON.stringify({ data: [entry] }, null, 2)).join('\n')],
    ['an array', JSON.stringify(list, null, 1)],
    ['a line each', list.map((entry) => JSON.stringify(entry)).join('\n')],
  ])('reads %s', (_, text) => {
    expect(shown(readAnyhow('threatexchange', text))).toEqual(expected);
  });

  it('reads CSV with the same names', () => {
    const rows = [
      'type,indicator,id,tags',
      `HASH_PDQ,${pdq('a')},1,`,
      `HASH_MD5,${md5('a')},2,"x media_type_video"`,
      `HASH_TMK,x,3,`,
    ];
    expect(shown(readAnyhow('threatexchange', rows.join('\n')))).toEqual(['pdq 1', 'HASH_MD5 of a video', 'HASH_TMK']);
  });

  it('names the line of a record that is no JSON, and reads on', () => {
    const text = `[\n${JSON.stringify(list[0])},\n{"type": HASH_PDQ},\n{"id": "broken\n"},\n${JSON.stringify(list[1])}\n]`;
    const records = readAnyhow('threatexchange', text);
    expect(faultsOf(records)).toEqual([
      [3, 'this is no JSON object'],
      [4, 'a text is not closed on its line'],
    ]);
    expect(entriesOf(records)).toHaveLength(2);
  });

  it.each([
    ['text', '{}garbage', 'this is no JSON; nothing behind it was read'],
    ['a closing bracket too many', '[]]', 'a bracket is closed that was not opened; nothing behind it was read'],
    ['depth', `${'['.repeat(200_000)}`, 'brackets are more than 32 deep; nothing behind it was read'],
    ['no end', '[{"type": "HASH_PDQ", ', 'the file ends in the middle of this'],
    [
      'a record without end',
      `{"type": "${'x'.repeat(1_200_000)}`,
      'a record is longer than a megabyte; nothing behind it was read',
    ],
  ])('stops at %s', (_, text, message) => {
    expect(faultsOf(read('threatexchange', text, 50_000)).at(-1)?.[1]).toBe(message);
  });
});

describe('B7: StopNCII', () => {
  const record = (changes: object) => ({
    lastModtimestamp: 1_625_167_804,
    hashValue: pdq('a'),
    hashStatus: 'Active',
    caseNumbers: { '27664732-76e1-4a17-8099-455798e67022': 'Active' },
    signalType: 'ImagePDQ',
    CSPFeedbacks: [{ source: 'A platform', feedbackValue: 'Blocked', tags: ['Nude'] }],
    ...changes,
  });

  it('reads pages of FetchHashes: what is active, what was withdrawn, and what it cannot look up', () => {
    const pages = [
      {
        count: 2,
        nextPageToken: 'x',
        hasMoreRecords: true,
        hashRecords: [record({}), record({ signalType: 'VideoMD5', hashValue: md5('b') })],
      },
      {
        count: 2,
        hashRecords: [
          record({ hashStatus: 'Withdrawn', hashValue: pdq('c') }),
          record({ hashStatus: 'Deleted', hashValue: pdq('d') }),
        ],
      },
    ];
    const records = readAnyhow('stopncii', pages.map((one) => JSON.stringify(one)).join('\n'));
    expect(records.map(({ kind }) => kind)).toEqual(['entry', 'skipped', 'removed', 'removed']);
    // No case number of a person is kept.
    expect(entriesOf(records)).toEqual([{ line: 1, algorithm: 'pdq', hash: pdq('a'), source: '', note: '' }]);
  });

  it('reads CSV', () => {
    const text = `hashValue,signalType,hashStatus\n${pdq('a')},ImagePDQ,Active\n${pdq('b')},ImagePDQ,Withdrawn\nx,URL,Active`;
    expect(readAnyhow('stopncii', text).map(({ kind }) => kind)).toEqual(['entry', 'removed', 'skipped']);
    expect(faultsOf(readAnyhow('stopncii', `hash\n${pdq('a')}`))).toEqual([
      [1, 'the first line must name the columns, `signaltype` and `hashvalue` among them; nothing was read'],
    ]);
  });
});

describe('B7: NCMEC', () => {
  const document = (inside: string) =>
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">\n${inside}\n</queryResult>\n`;
  const image = (fingerprints: string, id = 'image1') =>
    `<image><member id="42">Example &amp; Member</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>${id}</id>\n<classification>A1</classification><fingerprints>${fingerprints}</fingerprints></image>`;

  it('reads images, withdrawals and videos as the service writes them', () => {
    const text = document(`<images count="2" maxTimestamp="2017-10-24T15:10:00Z">
${image(`<md5>${md5('A')}</md5><sha1>${'a'.repeat(40)}</sha1><pdna>a1a1...</pdna><pdq>${pdq('b')}</pdq>`)}
<deletedImage><member id="43">Other</member><id>image4</id></deletedImage></images>
<videos count="1"><video><member id="42">E</member><id>v</id><fingerprints><md5>${md5('c')}</md5>
<tmk-pdqf rel="self" href="/v2/entries/1/fingerprints/TMK_PDQF"/></fingerprints></video>
<deletedVideo><member id="42">E</member><id>v2</id></deletedVideo></videos>
<paging><next>/v2/entries?from=1&amp;to=2</next></paging>`);
    expect(readAnyhow('ncmec', text)).toEqual([
      { kind: 'entry', line: 5, entry: { algorithm: 'md5', hash: md5('a'), source: '42:image1', note: 'A1' } },
      { kind: 'skipped', line: 5, what: 'sha1' },
      { kind: 'skipped', line: 5, what: 'pdna' },
      { kind: 'entry', line: 5, entry: { algorithm: 'pdq', hash: pdq('b'), source: '42:image1', note: 'A1' } },
      { kind: 'withdrawn', line: 6, source: '43:image4' },
      { kind: 'skipped', line: 7, what: 'video' },
      { kind: 'withdrawn', line: 9, source: '42:v2' },
    ]);
  });

  it('names a bad fingerprint and an image without an id, and keeps the others', () => {
    const text = document(
      `<images>${image('<md5>short</md5>')}\n${image(`<md5>${md5('a')}</md5>`, '')}\n${image(`<md5>${md5('b')}</md5>`)}</images>`,
    );
    const records = readAnyhow('ncmec', text);
    expect(faultsOf(records)).toEqual([
      [4, 'a md5 hash is 32 hexadecimal digits, not 5 characters'],
      [5, 'the image has no `id`'],
    ]);
    expect(entriesOf(records)).toHaveLength(1);
  });

  const laughs = Array.from({ length: 10 }, (_, level) => `<!ENTITY lol${level} "${`&lol${level - 1};`.repeat(10)}">`);
  it.each([
    ['a billion laughs', `<?xml version="1.0"?><!DOCTYPE lolz [${laughs.join('')}]><queryResult>&lol9;</queryResult>`],
    ['an entity of its own', document('<images>&secret;</images>')],
    ['an outside entity', '<!DOCTYPE x SYSTEM "file:///etc/passwd"><queryResult/>'],
    ['CDATA', document('<images><![CDATA[x]]></images>')],
    ['a processing instruction', document('<images><?php echo 1 ?></images>')],
    ['deep nesting', document('<a>'.repeat(100_000))],
    ['a tag without end', document(`<images ${'x'.repeat(100_000)}`)],
    ['a text without end', document(`<images><image><id>${'x'.repeat(100_000)}`)],
    [
      'a value in pieces without end',
      document(`<images><image><id>${'xxxxxxxxxxxxxxxxxxxxxxx<!-- -->'.repeat(5_000)}`),
    ],
    ['fingerprints without end', document(`<images><image><fingerprints>${'<md5>a</md5>'.repeat(5_000)}`)],
    ['a comment without end', document(`<!-- ${'x'.repeat(100_000)}`)],
    ['an attribute without quotes', document('<images count=2></images>')],
    ['an attribute twice', document('<images count="2" count="3"></images>')],
    ['elements that cross', document('<images><image></images></image>')],
    ['an impossible character', document('<images>&#0;</images>')],
    ['a second document', `${document('')}<queryResult/>`],
    ['text behind it', `${document('')}more`],
    ['another document', '<status/>'],
    ['nothing', ''],
    ['an end in the middle', '<queryResult><images>'],
  ])('refuses %s', (_, text) => {
    const faults = faultsOf(read('ncmec', text, 4_000));
    expect(faults).toHaveLength(1);
  });

  it('keeps what came before the place where it stopped', () => {
    const records = readAnyhow('ncmec', document(`<images>${image(`<md5>${md5('b')}</md5>`)}<image>&x;`));
    expect(records.map(({ kind }) => kind)).toEqual(['entry', 'fault']);
  });
});
