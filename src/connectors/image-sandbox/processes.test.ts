import { readFileSync } from 'node:fs';
import { kill } from 'node:process';
import { afterEach, describe, expect, it } from 'vitest';
import { blackPng, gifOf } from './hostile-files.fixture.ts';
import { createImageSandbox, type ImageSandboxOptions, type ProcessImageSandbox } from './image-sandbox.ts';

const opened: ProcessImageSandbox[] = [];
const open = (options: ImageSandboxOptions = {}): ProcessImageSandbox => {
  const sandbox = createImageSandbox(options);
  opened.push(sandbox);
  return sandbox;
};
afterEach(async () => {
  for (const sandbox of opened.splice(0)) await sandbox.close();
});

const small = gifOf(1);
const whole = { type: 'image/gif', width: 4, height: 4 };
/** Takes a decoder half a second and 150 megabytes at the least. */
const heavy = blackPng(7_000, 7_000);

describe('a decoder process', () => {
  it('that is killed at a picture costs that picture only', async () => {
    const sandbox = open();
    await sandbox.open();
    const [first] = sandbox.processIds();
    const lost = sandbox.examine(heavy);
    const next = sandbox.examine(small);
    kill(first!, 'SIGKILL');
    await expect(lost).rejects.toMatchObject({ fault: 'crashed', retryable: false });
    expect(await next).toMatchObject(whole);
    expect(sandbox.processIds()).not.toContain(first);
  });

  it('that dies while nobody needs it is replaced unseen', async () => {
    const sandbox = open();
    await sandbox.open();
    const [first] = sandbox.processIds();
    kill(first!, 'SIGKILL');
    await expect.poll(() => sandbox.processIds()).toEqual([]);
    expect(await sandbox.examine(small)).toMatchObject(whole);
  });

  it('is ended when a picture takes too long, and the next one is served', async () => {
    const sandbox = open({ timeoutMs: 200 });
    await expect(sandbox.examine(heavy)).rejects.toMatchObject({ fault: 'timeout' });
    // On a busy machine a small one may take that long as well, once or twice.
    const served = () => sandbox.examine(small).catch(() => undefined);
    await expect.poll(served, { timeout: 30_000 }).toMatchObject(whole);
  });

  it('is ended when a picture takes too much memory, and the next one is served', async () => {
    const sandbox = open({ maximumMemoryBytes: 220 * 1024 * 1024, timeoutMs: 60_000 });
    await expect(sandbox.examine(heavy)).rejects.toMatchObject({ fault: 'out_of_memory' });
    expect(await sandbox.examine(small)).toMatchObject(whole);
  });

  it('is replaced after as many files as it may see', async () => {
    const sandbox = open({ jobsPerProcess: 2 });
    const seen = new Set<number>();
    for (let file = 0; file < 4; file += 1) {
      expect(await sandbox.examine(small)).toMatchObject(whole);
      for (const id of sandbox.processIds()) seen.add(id);
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  it.skipIf(process.platform !== 'linux')('has no environment, no root and its limits', async () => {
    const sandbox = open();
    await sandbox.open();
    const folder = `/proc/${sandbox.processIds()[0]}`;
    expect(readFileSync(`${folder}/environ`, 'utf8')).not.toMatch(/PATH=|HOME=|TIDEGATE/);
    expect(readFileSync(`${folder}/status`, 'utf8')).not.toMatch(/^[UG]id:\s+0\s/m);
    expect(readFileSync(`${folder}/limits`, 'utf8')).toMatch(/Max data size\s+\d/);
    expect(readFileSync(`${folder}/limits`, 'utf8')).toMatch(/Max core file size\s+0/);
  });
});

describe('the queue', () => {
  it('is bounded, and says so', async () => {
    const sandbox = open({ maximumWaiting: 2 });
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => sandbox.examine(small)));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(3);
    for (const reason of refused) expect(reason).toMatchObject({ fault: 'overloaded', retryable: true });
    expect(await sandbox.examine(small)).toMatchObject(whole);
  });

  it('gives everybody the answer to his own picture', async () => {
    const sandbox = open({ processes: 2 });
    const sides = Array.from({ length: 20 }, (_, index) => 10 + index);
    const files = sides.map((side) => blackPng(side, side + 1));
    const facts = await Promise.all(files.map((file) => sandbox.examine(file)));
    expect(facts.map(({ width }) => width)).toEqual(sides);
    expect(sandbox.processIds()).toHaveLength(2);
  });

  it('lets go of who gives up, before, while waiting and at work, with his own reason', async () => {
    const sandbox = open();
    await sandbox.open();
    await expect(sandbox.examine(small, {}, AbortSignal.abort('beforehand'))).rejects.toBe('beforehand');
    const [atWork, waiting] = [new AbortController(), new AbortController()];
    const first = sandbox.examine(heavy, {}, atWork.signal);
    const second = sandbox.examine(heavy, {}, waiting.signal);
    const third = sandbox.examine(small);
    waiting.abort('while waiting');
    atWork.abort('at work');
    await expect(second).rejects.toBe('while waiting');
    await expect(first).rejects.toBe('at work');
    expect(await third).toMatchObject(whole);
  });

  it('ends with the sandbox', async () => {
    const sandbox = open();
    await sandbox.open();
    const pending = [sandbox.examine(small), sandbox.examine(small)].map((answer) => answer.catch((error) => error));
    await sandbox.close();
    for (const answer of pending) expect(await answer).toMatchObject({ fault: 'closed', retryable: true });
    await expect(sandbox.examine(small)).rejects.toMatchObject({ fault: 'closed' });
    expect(sandbox.processIds()).toEqual([]);
  });
});
