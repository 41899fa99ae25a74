import { createReadStream, statSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import {
  type BankImportFormat,
  type BankImportReport,
  bankBehaviours,
  bankImportFormats,
  bankKinds,
  bankModes,
  type HashBank,
  hashBankCreateSchema,
} from '#contracts/hash-bank.ts';
import { systemActor } from '#features/audit/index.ts';
import { ProblemError } from '#platform/http/problem-error.ts';
import { withBanks } from './bank-services.ts';
import { fromProblem, usageError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';
import { printable, type Terminal } from './terminal.ts';

interface Json {
  readonly json?: true;
}
interface ImportOptions extends Json {
  readonly bank: string;
  readonly format: BankImportFormat;
  readonly atomic?: boolean;
}

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a number.');
  return value;
};

/** Errors of the services as those of a command. */
const asCommand = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ProblemError ? fromProblem(error.toProblem()) : error;
  }
};

const lineOf = ({ id, name, kind, mode, entries, matches }: HashBank): string =>
  `${id}  ${printable(name)}  ${kind}, ${mode}; ${entries.sha256} SHA-256, ${entries.md5} MD5, ${entries.pdq} PDQ; ${matches.total} matches`;

const addList = (bank: Command, terminal: Terminal): void => {
  bank
    .command('list')
    .description('the banks with their entries and matches')
    .option('--json', 'the result as JSON')
    .action(async ({ json }: Json) => {
      const banks = await withBanks((services) => services.banks.banks());
      if (json) terminal.out(JSON.stringify(banks, null, 2));
      else if (banks.length === 0) terminal.note('There are no hash banks yet.');
      else terminal.out(banks.map(lineOf).join('\n'));
    });
};

const addCreate = (bank: Command, terminal: Terminal): void => {
  bank
    .command('create')
    .description('make a bank; what is not given is what its kind brings')
    .argument('<id>', 'a lower-case key such as `known_terrorism`')
    .addOption(new Option('--kind <kind>', 'what it holds').choices(bankKinds).makeOptionMandatory())
    .requiredOption('--name <name>', 'as people read it')
    .option('--description <text>', 'where it comes from')
    .option('--category <category>', 'the category that its matches count for')
    .addOption(new Option('--exact <behaviour>', 'on the same file').choices(bankBehaviours))
    .addOption(new Option('--perceptual <behaviour>', 'on a likeness').choices(bankBehaviours.slice(0, -1)))
    .addOption(new Option('--mode <mode>', 'quarantine only records').choices(bankModes))
    .option('--share <0..1>', 'share of pictures that it is asked about', number)
    .option('--maximum-distance <bits>', 'greatest PDQ distance that counts, 0 to 31', number)
    .option('--json', 'the bank as JSON')
    .action(async (id: string, { json, ...options }: Json & Readonly<Record<string, unknown>>) => {
      const request = hashBankCreateSchema.safeParse({ id, ...options });
      if (!request.success) {
        const faults = z.prettifyError(request.error).replaceAll('\n', ' ');
        throw usageError(`This is no bank: ${faults}`, 'See: tidegate bank create --help');
      }
      const made = await asCommand(() => withBanks(({ banks }) => banks.create(request.data, systemActor)));
      terminal.out(json ? JSON.stringify(made, null, 2) : `Made ${lineOf(made)}`);
    });
};

const openList = (file: string): AsyncIterable<Uint8Array> => {
  if (file === '-') return process.stdin;
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) throw usageError(`There is no file ${file}.`, 'Check the path.');
  if (status.isDirectory()) throw usageError(`${file} is a folder.`, 'Name a list.');
  return createReadStream(file, { highWaterMark: 1024 * 1024 });
};

const report = (
  file: string,
  { added, known, removed, skipped, faulty, faults, written }: BankImportReport,
): string => {
  const left = Object.entries(skipped).map(([what, count]) => `${count} ${what}`);
  return [
    ...faults.map(({ line, message }) => `${printable(file)}:${line}  ${printable(message)}`),
    ...(faulty > faults.length ? [`and ${faulty - faults.length} more faults`] : []),
    ...(left.length === 0 ? [] : [`Passed over, as pictures are not looked up by it: ${left.join(', ')}.`]),
    written
      ? `${added} added, ${known} known already, ${removed} taken out, ${faulty} faulty.`
      : `Nothing was written: ${faulty} lines are faulty.`,
  ].join('\n');
};

const addImport = (bank: Command, terminal: Terminal, finish: (exitCode: number) => void): void => {
  bank
    .command('import')
    .description('take a list of hashes in; it counts for the next decision in every process')
    .argument('<file>', 'the list; `-` reads standard input')
    .requiredOption('--bank <id>', 'the bank')
    .addOption(new Option('--format <format>', 'of the list').choices(bankImportFormats).makeOptionMandatory())
    .option('--atomic', 'one faulty line keeps everything out')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      '\nFormats: docs/guides/hash-banks.md. Exit codes: 0 all of it, 3 lines are faulty, 1 error.\n',
    )
    .action(async (file: string, { bank: bankId, format, atomic = false, json }: ImportOptions) => {
      const list = openList(file);
      const done = await asCommand(() =>
        withBanks(({ entries }) => entries.import({ bankId, format, atomic, list }, systemActor)),
      );
      terminal.out(json ? JSON.stringify(done, null, 2) : report(file, done));
      finish(done.faulty === 0 ? exitCodes.ok : exitCodes.broken);
    });
};

export const addBankCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void): void => {
  const bank = program.command('bank').description('hash banks of known pictures: list, create, import');
  addList(bank, terminal);
  addCreate(bank, terminal);
  addImport(bank, terminal, finish);
};
