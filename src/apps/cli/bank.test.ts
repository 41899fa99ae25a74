import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createRandom, md5Of } from '#test/support/hash-banks.ts';
import { runCli } from '#test/support/run-cli.ts';

let folder: string;
let test: TestDatabase;

/** A picture of many soft blobs: enough to tell from others, little enough to survive encoding. */
const drawPicture = async (seed: number): Promise<Buffer> => {
  const random = createRandom(seed);
  const blobs = Array.from({ length: 40 }, () => {
    const [x, y, radius, shade] = [random() * 640, random() * 480, 20 + random() * 90, Math.floor(random() * 256)];
    return `<circle cx="${x}" cy="${y}" r="${radius}" fill="rgb(${shade},${shade},${255 - shade})"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#888"/>${blobs.join('')}</svg>`;
  return await sharp(Buffer.from(drawing)).png().toBuffer();
};
const file = (name: string): string => join(folder, name);
const run = (args: readonly string[]) =>
  runCli(args, { env: { TIDEGATE_DATA_DIR: folder, TIDEGATE_DATABASE_URL: test.adminUrl } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-bank-cli-'));
  test = await createTestDatabase();
  const picture = await drawPicture(1);
  writeFileSync(file('known.png'), picture);
  writeFileSync(file('copy.jpg'), await sharp(picture).resize(400).rotate(90).jpeg({ quality: 70 }).toBuffer());
  writeFileSync(file('other.png'), await drawPicture(2));
  writeFileSync(
    file('grey.png'),
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
      .png()
      .toBuffer(),
  );
}, 30_000);
afterAll(async () => {
  await test.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('B7: the command line of hash banks', () => {
  it('hashes a picture without a database', async () => {
    const { exitCode, stdout } = await runCli(['hash', file('known.png'), '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      md5: expect.stringMatching(/^[0-9a-f]{32}$/),
      pdq: { hash: expect.stringMatching(/^[0-9a-f]{64}$/), quality: 100 },
    });
    expect((await runCli(['hash', file('grey.png')])).stdout).toContain('too low to be matched');
    writeFileSync(file('text.png'), 'no picture');
    const refused = await runCli(['hash', file('text.png')]);
    expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
    expect((await runCli(['hash', file('none.png')])).exitCode).toBe(2);
  }, 60_000);

  it('makes a bank, imports a list, and finds the picture and its turned, smaller copy', async () => {
    const made = await run(['bank', 'create', 'seen_before', '--kind', 'ncii', '--name', 'Seen before']);
    expect(made.stdout).toContain('Made seen_before');
    const hashes = JSON.parse((await runCli(['hash', file('known.png'), '--json'])).stdout);
    writeFileSync(file('list.csv'), `algorithm,hash\npdq,${hashes.pdq.hash}\nsha256,${hashes.sha256}\nmd5,nonsense\n`);
    const atomic = await run([
      'bank',
      'import',
      file('list.csv'),
      '--bank',
      'seen_before',
      '--format',
      'csv',
      '--atomic',
    ]);
    expect(atomic.exitCode).toBe(3);
    expect(atomic.stdout).toContain(`list.csv:4  a md5 hash is 32 hexadecimal digits, not 8 characters`);
    expect(atomic.stdout).toContain('Nothing was written: 1 lines are faulty.');
    const kept = await run(['bank', 'import', file('list.csv'), '--bank', 'seen_before', '--format', 'csv', '--json']);
    expect(JSON.parse(kept.stdout)).toMatchObject({ added: 2, known: 0, faulty: 1, written: true });
    expect((await run(['bank', 'list'])).stdout).toContain('1 SHA-256, 0 MD5, 1 PDQ');

    const same = await run(['match', file('known.png'), '--json']);
    expect(same.exitCode).toBe(10);
    expect(JSON.parse(same.stdout).matches).toMatchObject([
      { bankId: 'seen_before', algorithm: 'sha256', distance: 0, behaviour: 'hold' },
      { bankId: 'seen_before', algorithm: 'pdq', distance: 0 },
    ]);
    const copy = await run(['match', file('copy.jpg')]);
    expect(copy.exitCode).toBe(10);
    expect(copy.stdout).toMatch(
      /^seen_before \(Seen before, ncii, active\): pdq, \d+ of 256 bits differ; does: hold\n$/,
    );
    expect(await run(['match', file('other.png')])).toMatchObject({
      exitCode: 0,
      stdout: 'No bank knows this picture.\n',
    });
  }, 120_000);

  it('says what is wrong, and where', async () => {
    const twice = await run(['bank', 'create', 'seen_before', '--kind', 'ncii', '--name', 'Again']);
    expect([twice.exitCode, twice.stderr]).toEqual([
      1,
      expect.stringContaining('There is a hash bank seen_before already.'),
    ]);
    const weak = await run(['bank', 'create', 'weak', '--kind', 'csam', '--name', 'Weak', '--exact', 'label']);
    expect(weak.stderr).toContain('exact: must be `block`');
    expect((await run(['bank', 'create', 'No', '--kind', 'ncii', '--name', 'No'])).exitCode).toBe(2);
    expect((await run(['bank', 'create', 'no', '--kind', 'nothing', '--name', 'No'])).exitCode).toBe(2);
    writeFileSync(file('one.csv'), `md5,${md5Of('one')}`);
    const nowhere = await run(['bank', 'import', file('one.csv'), '--bank', 'nowhere', '--format', 'csv']);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([1, expect.stringContaining('There is no hash bank nowhere.')]);
    const absent = await run(['bank', 'import', file('none.csv'), '--bank', 'seen_before', '--format', 'csv']);
    expect(absent.exitCode).toBe(2);
  }, 60_000);
});
