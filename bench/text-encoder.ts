import { createTextEncoder, type TextEncoder } from '#detectors/layer2-text/encoder/text-encoder.ts';
import { type Contender, saturateByTurns, takeTurns } from './contenders.ts';
import { medianAndP99 } from './latencies.ts';
import { childrenOf, encoderEntry, memoryRow } from './process-memory.ts';
import type { BenchRow } from './table.ts';
import { demoTexts, encoderLength, openTokenizer, textsOfTokens } from './text-samples.ts';
import { howToInstall, openTransformers, type Transformers } from './text-transformers.ts';

const never = new AbortController().signal;
export const textCount = (): number => Number(process.env.BENCH_TEXTS ?? 200);

const score = (encoder: TextEncoder) => (text: string) => encoder.score({ text }, never);

const theirs = (theirs: Transformers | undefined, name: string): Contender<string>[] =>
  theirs === undefined ? [] : [{ name: `alternative: ${name}`, call: (text) => theirs.score(text) }];

const notInstalled: BenchRow = { name: 'alternative: @huggingface/transformers', note: howToInstall };

/** The greatest difference between the scores of both: they run the same file, so there is hardly any. */
const differenceOf = async (encoder: TextEncoder, other: Transformers, texts: readonly string[]): Promise<number> => {
  let greatest = 0;
  for (const text of texts) {
    const [ours, others] = [(await encoder.score({ text }, never)).scores, await other.score(text)];
    greatest = ours.reduce((most, value, head) => Math.max(most, Math.abs(value - others[head]!)), greatest);
  }
  return greatest;
};

/** One text after the other on one process with one thread, the way there and back included. */
const benchOneCore = async (): Promise<BenchRow[]> => {
  const encoder = createTextEncoder({ processes: 1 });
  const other = await openTransformers(1);
  try {
    await encoder.open();
    const rows: BenchRow[] = [];
    for (const tokens of [40, 16, 128]) {
      const texts = textsOfTokens(tokens, textCount());
      const note =
        other === undefined
          ? ''
          : `scores within ${(await differenceOf(encoder, other, texts.slice(0, 20))).toExponential(0)}`;
      const target = tokens === 40 ? 'target: p50 under 6 ms with VNNI, 16 without; ' : '';
      rows.push(
        ...(await takeTurns(
          [
            {
              name: `encoder, one text of ${tokens} tokens, one core`,
              call: score(encoder),
              note: `${target}one at a time`,
            },
            ...theirs(other, `@huggingface/transformers ${other?.version}, the same file and thread`).map((one) => ({
              ...one,
              note,
            })),
          ],
          texts,
        )),
      );
      if (other === undefined) rows.push(notInstalled);
    }
    return rows;
  } finally {
    other?.close();
    await encoder.close();
  }
};

/** Many texts of 40 tokens at once on two processes. */
const benchTwoProcesses = async (): Promise<BenchRow[]> => {
  const encoder = createTextEncoder({ processes: 2 });
  const other = await openTransformers(2);
  try {
    await encoder.open();
    const rows = await saturateByTurns(
      [
        { name: 'encoder, texts of 40 tokens, two processes', call: score(encoder), note: 'target: 130 a second' },
        ...(other === undefined
          ? []
          : [
              {
                name: 'alternative: @huggingface/transformers, two processes',
                call: (text: string) => other.score(text),
              },
            ]),
      ],
      textsOfTokens(40, textCount() * 2),
      { underWay: 32 },
    );
    return [
      ...rows,
      memoryRow('memory of the encoder, after that', childrenOf(process.pid, encoderEntry), 'target: under 300 MB'),
      ...(other === undefined ? [] : [memoryRow('alternative: memory of @huggingface/transformers', other.pids)]),
    ];
  } finally {
    other?.close();
    await encoder.close();
  }
};

/** Both tokenizers on the demo's posts, each inside its process. */
const benchTokenizer = async (): Promise<BenchRow[]> => {
  const texts = demoTexts();
  const tokenizer = openTokenizer();
  const { begin, end } = tokenizer.vocabulary;
  const ours: number[] = [];
  let ids: number[][] = [];
  for (let round = 0; round < 3; round += 1) {
    ids = texts.map((text) => {
      const started = performance.now();
      const tokens = tokenizer.tokenize(text);
      if (round > 0) ours.push(performance.now() - started);
      return [begin, ...tokens.ids.subarray(0, encoderLength - 2), end];
    });
  }
  const row = (name: string, times: readonly number[], note: string): BenchRow => ({
    name,
    ...medianAndP99(times),
    perSecond: (1_000 * times.length) / times.reduce((sum, time) => sum + time, 0),
    note,
  });
  const mine = row(
    "tokenizer alone, the demo's posts",
    ours,
    `${texts.length} texts, without the names of emoji, which the other does not know`,
  );
  const other = await openTransformers(1);
  if (other === undefined) return [mine, notInstalled];
  try {
    await other.tokenize(texts);
    const found = await other.tokenize(texts);
    const same = found.ids.filter((one, index) => one.join() === ids[index]!.join()).length;
    return [
      mine,
      row(
        "alternative: @huggingface/transformers' BertTokenizer",
        found.times,
        `the same ids for ${same} of ${texts.length}`,
      ),
    ];
  } finally {
    other.close();
  }
};

/** From nothing to ready with two processes, several times. */
const benchStart = async (): Promise<BenchRow[]> => {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const encoder = createTextEncoder({ processes: 2 });
    const started = performance.now();
    await encoder.open();
    await encoder.score({ text: 'ready' }, never);
    times.push(performance.now() - started);
    await encoder.close();
  }
  const other = await openTransformers(2);
  other?.close();
  return [
    {
      name: 'encoder: start of two processes to the first score',
      ...medianAndP99(times),
      note: 'target: 1.5 s; five starts, p99 is the slowest',
    },
    other === undefined
      ? notInstalled
      : {
          name: 'alternative: @huggingface/transformers, two processes',
          medianMs: other.startedAfterMs,
          note: 'one start',
        },
  ];
};

const benchExplain = async (): Promise<BenchRow[]> => {
  const encoder = createTextEncoder();
  try {
    await encoder.open();
    return await takeTurns(
      [
        {
          name: 'encoder: the words behind a score, text of 40 tokens, two processes',
          call: (text) => encoder.explain({ text }, ['harassment'], never),
        },
      ],
      textsOfTokens(40, Math.ceil(textCount() / 20)),
    );
  } finally {
    await encoder.close();
  }
};

/** The encoder by itself, beside `@huggingface/transformers` on the same file where that is installed. */
export const benchTextEncoder = async (): Promise<BenchRow[]> => [
  ...(await benchOneCore()),
  ...(await benchTwoProcesses()),
  ...(await benchTokenizer()),
  ...(await benchStart()),
  ...(await benchExplain()),
];
