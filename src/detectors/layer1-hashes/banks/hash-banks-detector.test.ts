import { describe, expect, it } from 'vitest';
import type { BankBehaviour, BankKind } from '#contracts/hash-bank.ts';
import type { ItemContent } from '#contracts/item.ts';
import type { ImageFacts } from '#contracts/media.ts';
import { signalSchema } from '#contracts/signal.ts';
import { hammingDistance, parseHash256 } from '#engine/hash/hash256.ts';
import type { DetectorContext, PartFile } from '#engine/ports/detector.ts';
import type { AskedBank, HashBanks, LoadedBank } from '#engine/ports/hash-banks.ts';
import { createRandom, frameHashes, pictureFacts, randomHex, turnBits } from '#test/support/hash-banks.ts';
import { isDrawn } from './find-matches.ts';
import { createHashBanksDetector } from './hash-banks-detector.ts';

const random = createRandom(3);

interface BankOptions extends Partial<Omit<AskedBank, 'kind'>> {
  readonly digests?: readonly string[];
  readonly pdq?: readonly string[];
}

/** A bank that reads all of its entries at every look-up. */
const bankWith = (
  kind: BankKind,
  exact: BankBehaviour,
  { digests = [], pdq = [], ...rest }: BankOptions = {},
): LoadedBank => ({
  bank: {
    id: `the_${kind}`,
    name: `Bank of ${kind}`,
    kind,
    category: kind === 'custom' || kind === 'allow' ? 'spam' : kind,
    mode: 'active',
    share: 1,
    exact,
    perceptual: kind === 'allow' ? 'label' : 'hold',
    maximumDistance: 31,
    ...rest,
  },
  exact: (algorithm, digest) => (digests.includes(digest) ? { algorithm, hash: digest, distance: 0 } : undefined),
  nearest: (hash, within) =>
    pdq
      .map((hex) => ({ algorithm: 'pdq' as const, hash: hex, distance: hammingDistance(parseHash256(hex), hash) }))
      .filter(({ distance }) => distance <= within)
      .sort((left, right) => left.distance - right.distance)[0],
});

const banksOf = (...banks: readonly LoadedBank[]): HashBanks => ({ load: async (epoch) => ({ epoch, banks }) });
const known = randomHex(random, 64);
const facts = pictureFacts('known', [frameHashes(0, known)]);
const ok = (of: ImageFacts): PartFile => ({ status: 'ok', mediaId: '00000000-0000-7000-8000-000000000000', facts: of });

const itemWith = (changes: Partial<ItemContent> = {}): ItemContent => ({
  account: { id: 'a' },
  surface: 'upload',
  parts: [{ id: 'photo', kind: 'image', url: 'https://example.test/p.jpg' }],
  ...changes,
});
const contextOf = (files: Readonly<Record<string, PartFile>>, item = itemWith()): DetectorContext => ({
  item,
  account: { id: 'a', tier: 'new' },
  counters: {},
  reposts: {},
  files: new Map(Object.entries(files)),
  signals: [],
  now: 0,
});
const ask = async (banks: HashBanks, context: DetectorContext, abort = new AbortController().signal) => {
  const [signal] = await createHashBanksDetector(banks, 1).detect([{ part: context.item.parts[0]!, context }], abort);
  return signalSchema.parse(signal);
};
const askFor = (bank: LoadedBank, of: ImageFacts = facts) => ask(banksOf(bank), contextOf({ photo: ok(of) }));

describe('B7: the detector of hash banks', () => {
  it('removes what a CSAM bank knows exactly, without a queue, and says what the record needs', async () => {
    const signal = await askFor(bankWith('csam', 'block', { digests: [facts.sha256], pdq: [known] }));
    expect(signal.effects).toEqual([{ kind: 'act', outcome: 'remove', category: 'csam', actions: ['remove'] }]);
    expect(signal.evidence).toEqual([
      {
        kind: 'hash_match',
        partId: 'photo',
        bank: 'the_csam',
        algorithm: 'sha256',
        distance: 0,
        behaviour: 'block',
        category: 'csam',
        label: 'the same file as one in Bank of csam',
      },
    ]);
    expect(signal.attributes).toEqual({ file_sha256: facts.sha256, csam_banks: 'the_csam' });
  });

  it('holds a likeness to one for the legal role, ahead of others', async () => {
    const near = pictureFacts('another file', [frameHashes(0, turnBits(known, 12, random))]);
    const signal = await askFor(bankWith('csam', 'block', { digests: [facts.sha256], pdq: [known] }), near);
    expect(signal.evidence).toMatchObject([{ algorithm: 'pdq', distance: 12, behaviour: 'hold' }]);
    expect(signal.effects).toEqual([
      { kind: 'hold' },
      { kind: 'route', queue: 'legal', category: 'csam' },
      { kind: 'prioritise', by: 60 },
    ]);
  });

  it('finds MD5 alone, and every turned and mirrored form', async () => {
    expect((await askFor(bankWith('ncii', 'hold', { digests: [facts.md5] }))).evidence).toMatchObject([
      { algorithm: 'md5' },
    ]);
    for (let form = 0; form < 7; form += 1) {
      const rotations = Array.from({ length: 7 }, (_, index) => (index === form ? known : randomHex(random, 64)));
      const turned = pictureFacts('turned', [frameHashes(0, randomHex(random, 64), 80, rotations)]);
      const signal = await askFor(bankWith('ncii', 'hold', { pdq: [known] }), turned);
      expect(signal.evidence).toMatchObject([
        {
          algorithm: 'pdq',
          distance: 0,
          label: 'a picture like one in Bank of ncii: 0 of 256 bits differ, turned or mirrored',
        },
      ]);
      expect(signal.effects?.[1]).toEqual({ kind: 'route', queue: 'media', category: 'ncii' });
    }
  });

  it('looks at every frame, takes the nearest, and none that says too little', async () => {
    const frames = [
      frameHashes(0, randomHex(random, 64)),
      frameHashes(1, turnBits(known, 20, random)),
      frameHashes(2, turnBits(known, 4, random)),
    ];
    const near = await askFor(bankWith('ncii', 'hold', { pdq: [known] }), pictureFacts('animation', frames));
    expect(near.evidence).toMatchObject([{ distance: 4, label: expect.stringContaining('frame 2') }]);
    const [blurred, clear] = await Promise.all(
      [49, 50].map((quality) =>
        askFor(bankWith('ncii', 'hold', { pdq: [known] }), pictureFacts('flat', [frameHashes(0, known, quality)])),
      ),
    );
    expect(blurred).toMatchObject({ status: 'ok', evidence: [] });
    expect(clear!.evidence).toHaveLength(1);
  });

  it('keeps to each bank its own distance', async () => {
    const at = (distance: number) => pictureFacts('far', [frameHashes(0, turnBits(known, distance, random))]);
    const bank = bankWith('copyright', 'hold', { pdq: [known], maximumDistance: 10 });
    expect((await askFor(bank, at(10))).evidence).toHaveLength(1);
    expect((await askFor(bank, at(11))).evidence).toHaveLength(0);
    expect((await askFor(bankWith('copyright', 'hold', { pdq: [known] }), at(31))).evidence).toHaveLength(1);
    expect((await askFor(bankWith('copyright', 'hold', { pdq: [known] }), at(32))).evidence).toHaveLength(0);
  });

  it.each([
    ['score', [{ kind: 'score', category: 'spam', score: 1 }]],
    ['label', [{ kind: 'label', label: 'bank_the_custom' }]],
    ['block', [{ kind: 'act', outcome: 'remove', category: 'spam', actions: ['remove'] }]],
  ] as const)('does what the bank says: %s', async (behaviour, effects) => {
    expect((await askFor(bankWith('custom', behaviour, { digests: [facts.sha256] }))).effects).toEqual(effects);
  });

  it('only leaves evidence of a bank in quarantine, and asks none that is off', async () => {
    const quarantined = await askFor(bankWith('csam', 'block', { digests: [facts.sha256], mode: 'quarantine' }));
    expect(quarantined.effects).toBeUndefined();
    expect(quarantined.evidence).toMatchObject([{ behaviour: 'none' }]);
    expect(quarantined.attributes).toEqual({ file_sha256: facts.sha256 });
    const off = await askFor(bankWith('csam', 'block', { digests: [facts.sha256], mode: 'off' }));
    expect(off).toMatchObject({ status: 'ok', evidence: [] });
  });

  it('draws the share of traffic by the file, the same way every time', async () => {
    const { bank } = bankWith('custom', 'score', { share: 0.3 });
    const files = Array.from({ length: 4_000 }, () => randomHex(random, 64));
    const drawn = files.filter((sha256) => isDrawn(bank, sha256));
    expect(drawn.length / files.length).toBeGreaterThan(0.26);
    expect(drawn.length / files.length).toBeLessThan(0.34);
    expect(files.filter((sha256) => isDrawn(bank, sha256))).toEqual(drawn);
    const none = bankWith('custom', 'score', { digests: [facts.sha256], share: 0 });
    expect(await askFor(none)).toMatchObject({ status: 'ok', evidence: [] });
  });

  it('names the gravest first, and CSAM before everything', async () => {
    const all = banksOf(
      bankWith('allow', 'allow', { digests: [facts.sha256] }),
      bankWith('custom', 'block', { digests: [facts.sha256] }),
      bankWith('ncii', 'hold', { digests: [facts.sha256] }),
      bankWith('csam', 'block', { pdq: [known] }),
    );
    const signal = await ask(all, contextOf({ photo: ok(facts) }));
    expect(signal.evidence.map((evidence) => evidence.kind === 'hash_match' && evidence.bank)).toEqual([
      'the_custom',
      'the_csam',
      'the_ncii',
      'the_allow',
    ]);
    expect(signal.effects?.find(({ kind }) => kind === 'route')).toMatchObject({ queue: 'legal' });
  });
});

describe('B7: allow banks', () => {
  const allow = bankWith('allow', 'allow', { digests: [facts.sha256], pdq: [known] });
  const clears = async (context: DetectorContext) =>
    ((await ask(banksOf(allow), context)).effects ?? []).some(({ kind }) => kind === 'act');
  const second = { id: 'second', kind: 'image' as const, url: 'https://example.test/q.jpg' };
  const photo = itemWith().parts[0]!;

  it('clear an item that is nothing but allowed pictures', async () => {
    expect(await clears(contextOf({ photo: ok(facts) }))).toBe(true);
    expect(await clears(contextOf({ photo: ok(facts), second: ok(facts) }, itemWith({ parts: [photo, second] })))).toBe(
      true,
    );
  });

  it('do not carry a text, a title, another picture or an unknown file through', async () => {
    const text = { id: 'text', kind: 'text' as const, text: 'Buy now' };
    expect(await clears(contextOf({ photo: ok(facts) }, itemWith({ parts: [photo, text] })))).toBe(false);
    expect(await clears(contextOf({ photo: ok(facts) }, itemWith({ title: 'Buy now' })))).toBe(false);
    const other = pictureFacts('other');
    expect(await clears(contextOf({ photo: ok(facts), second: ok(other) }, itemWith({ parts: [photo, second] })))).toBe(
      false,
    );
    expect(await clears(contextOf({ photo: ok(facts) }, itemWith({ parts: [photo, second] })))).toBe(false);
  });

  it('label a likeness: it never clears', async () => {
    const near = pictureFacts('altered', [frameHashes(0, turnBits(known, 1, random))]);
    const signal = await ask(banksOf(allow), contextOf({ photo: ok(near) }));
    expect(signal.effects).toEqual([{ kind: 'label', label: 'bank_the_allow' }]);
  });
});

describe('E5: what cannot be looked up', () => {
  const bank = bankWith('custom', 'score', { digests: [facts.sha256] });

  it('is unavailable: a file that is not there, or not known', async () => {
    const gone: PartFile = { status: 'unavailable', reason: 'too_many_pixels' };
    expect(await ask(banksOf(bank), contextOf({ photo: gone }))).toMatchObject({
      status: 'unavailable',
      reason: 'file: too_many_pixels',
    });
    expect(await ask(banksOf(bank), contextOf({}))).toMatchObject({ status: 'unavailable' });
  });

  it('is unavailable: banks that cannot be read, whatever they throw', async () => {
    for (const thrown of [new Error('secret words'), 'a text']) {
      const broken: HashBanks = { load: () => Promise.reject(thrown as Error) };
      const signal = await ask(broken, contextOf({ photo: ok(facts) }));
      expect(signal.status).toBe('unavailable');
      expect(signal.reason).not.toContain('secret');
    }
  });

  it('is unavailable once nobody waits any more', async () => {
    expect(await ask(banksOf(bank), contextOf({ photo: ok(facts) }), AbortSignal.abort())).toMatchObject({
      status: 'unavailable',
      reason: 'aborted',
    });
  });

  it('is not applicable where no bank is switched on, or the part is no picture', async () => {
    expect(await ask(banksOf(), contextOf({}))).toMatchObject({ status: 'not_applicable' });
    const text = itemWith({ parts: [{ id: 'text', kind: 'text', text: 'words' }] });
    expect(await ask(banksOf(bank), contextOf({}, text))).toMatchObject({ status: 'not_applicable' });
  });
});
