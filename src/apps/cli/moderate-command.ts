import { createReadStream, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { maximumTextLength, type Part, type TrialItem, trialItemSchema } from '#contracts/item.ts';
import { derivedTextsOf, textOfPart } from '#engine/item-parts.ts';
import { startByteProgress } from './byte-progress.ts';
import { CommandError, usageError } from './command-error.ts';
import { exitCodeFor } from './exit-codes.ts';
import { exitCodeOfSummary, type JsonlSummary, runJsonl } from './jsonl-run.ts';
import { readLines } from './line-reader.ts';
import { moderationReport } from './moderation-report.ts';
import { readStream } from './read-text.ts';
import type { Terminal } from './terminal.ts';
import { openTrialSource, type Picture, type TrialSource } from './trial-source.ts';

interface ModerateOptions {
  readonly json?: true;
  readonly jsonl?: string;
  readonly surface?: string;
  readonly locale?: string;
  readonly server?: string;
  readonly key?: string;
  readonly concurrency: number;
  readonly file: readonly string[];
}

const help = `
Without --server the engine runs in this process: no server, no database, nothing stored.

--jsonl reads one JSON object a line, an item as the API takes it or { "id"?, "text", "surface"?, "account"?, ... },
and writes one JSON result a line to standard output, in the same order; progress goes to standard error.

Exit codes: 0 approve, 10 review or hold, 20 remove, 1 error, 2 usage. With --jsonl the gravest of the file,
and 1 as soon as one line could not be judged.

  tidegate moderate "see you at the match"
  echo "some text" | tidegate moderate -
  tidegate moderate --file picture.jpg "what was written under it"
  tidegate moderate --jsonl posts.jsonl > results.jsonl
`;

const gather = (file: string, files: readonly string[]): string[] => [...files, file];

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 256)
    throw new InvalidArgumentError('Give a number from 1 to 256.');
  return number;
};

export const addModerateCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void): void => {
  program
    .command('moderate')
    .description('judge a text or pictures as the policy would, without storing them')
    .argument('[text]', 'the text; `-` reads it from standard input')
    .option('--json', 'the whole answer as JSON')
    .option('--file <picture>', 'a picture beside or instead of the text; give it again for more', gather, [])
    .option('--jsonl <file>', 'judge every line of a file; `-` is standard input')
    .option('--surface <surface>', 'where it appears, such as comment, chat or profile')
    .option('--locale <tag>', 'language of the text, such as en or pt-BR')
    .option('--server <url>', 'ask a running Tidegate instead')
    .option('--key <key>', 'API key for --server (better: the environment variable TIDEGATE_API_KEY)')
    .option('--concurrency <n>', 'with --jsonl: items under way at once', wholeNumber, 16)
    .addHelpText('after', help)
    .action(async (text: string | undefined, options: ModerateOptions) => {
      const single = text !== undefined || options.file.length > 0;
      if (single === (options.jsonl !== undefined)) {
        throw usageError('Give a text, pictures by --file, or --jsonl with a file.', 'See: tidegate moderate --help');
      }
      finish(
        options.jsonl === undefined
          ? await moderateItem(text, options, terminal)
          : await moderateFile(options.jsonl, options, terminal),
      );
    });
};

const defaultsOf = ({ surface, locale }: ModerateOptions): Record<string, string> => ({
  ...(surface === undefined ? {} : { surface }),
  ...(locale === undefined ? {} : { locale }),
});

const openSource = (options: ModerateOptions): Promise<TrialSource> =>
  openTrialSource({ server: options.server, key: options.key ?? process.env.TIDEGATE_API_KEY });

const moderateItem = async (
  argument: string | undefined,
  options: ModerateOptions,
  terminal: Terminal,
): Promise<number> => {
  const text = argument === '-' ? await readInput() : argument;
  const pictures = options.file.map(readPicture);
  const source = await openSource(options);
  try {
    const parts: Part[] = text === undefined ? [] : [{ id: 'body', kind: 'text', text }];
    for (const [index, picture] of pictures.entries()) parts.push(await source.attach(`picture-${index + 1}`, picture));
    const item = itemOf(parts, options);
    const answer = await source.trial(item);
    const texts = new Map(
      [...item.parts, ...derivedTextsOf(answer.trace)].map((part) => [part.id, textOfPart(part)] as const),
    );
    terminal.out(options.json ? JSON.stringify(answer, null, 2) : moderationReport(answer, texts, terminal));
    return exitCodeFor(answer.decision.outcome);
  } finally {
    await source.close();
  }
};

/** One line end at the end belongs to the shell, not to the text. */
const readInput = async (): Promise<string> =>
  (await readStream(process.stdin, maximumTextLength * 4)).replace(/\r?\n$/, '');

const itemOf = (parts: readonly Part[], options: ModerateOptions): TrialItem => {
  const item = trialItemSchema.safeParse({ ...defaultsOf(options), parts });
  if (item.success) return item.data;
  throw usageError(
    `This cannot be judged: ${z.prettifyError(item.error).replaceAll('\n', ' ')}`,
    'Correct the text or the options.',
  );
};

const readPicture = (file: string): Picture => {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) throw usageError(`There is no file ${file}.`, 'Check the path.');
  if (!status.isFile()) throw usageError(`${file} is not a file.`, 'Name a picture.');
  return { bytes: readFileSync(file), fileName: basename(file) };
};

const openFile = (file: string): { readonly stream: AsyncIterable<Uint8Array>; readonly bytes: number | undefined } => {
  if (file === '-') return { stream: process.stdin, bytes: undefined };
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) throw usageError(`There is no file ${file}.`, 'Check the path.');
  if (status.isDirectory()) throw usageError(`${file} is a folder.`, 'Name a file with one JSON object a line.');
  return { stream: createReadStream(file), bytes: status.isFile() ? status.size : undefined };
};

const moderateFile = async (file: string, options: ModerateOptions, terminal: Terminal): Promise<number> => {
  const { stream, bytes } = openFile(file);
  const source = await openSource(options);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  const progress = startByteProgress(bytes);
  try {
    const summary = await runJsonl({
      lines: readLines(stream),
      trial: (item) => source.trial(item),
      defaults: defaultsOf(options),
      emit: (result) => writeLine(JSON.stringify(result)),
      onProgress: (read) => progress?.update(read),
      signal: interrupted.signal,
      concurrency: options.concurrency,
    });
    progress?.stop();
    terminal.note(summaryLine(summary));
    if (interrupted.signal.aborted)
      throw new CommandError('Interrupted before the end of the file.', 'The results so far are complete lines.');
    return exitCodeOfSummary(summary);
  } finally {
    progress?.stop();
    process.removeListener('SIGINT', interrupt);
    await source.close();
  }
};

/** Waits while the reader of our output is slower than we are, so that results do not pile up in memory. */
const writeLine = async (line: string): Promise<void> => {
  if (process.stdout.write(`${line}\n`)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
};

const summaryLine = ({ lines, failed, outcomes }: JsonlSummary): string => {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return `${lines} lines: ${counts.join(', ')}, ${failed} failed`;
};
