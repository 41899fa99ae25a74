import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { systemActor } from '#features/audit/index.ts';
import { PolicyService, parsePolicyDocument } from '#features/policies/index.ts';
import { readConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/database/database.ts';
import { withInstalledDatabase } from './cli-database.ts';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';
import { readTextFile } from './read-text.ts';
import { printable, type Terminal } from './terminal.ts';

interface ImportOptions {
  readonly note: string;
  readonly basedOn?: number;
}
interface ExportOptions {
  readonly output?: string;
  readonly policyVersion?: number;
}

const versionNumber = (text: string): number => {
  const version = Number(text);
  if (!Number.isSafeInteger(version) || version < 0) throw new InvalidArgumentError('Give the number of a version.');
  return version;
};

export const addPolicyCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void): void => {
  const policy = program.command('policy').description('policies as files: check, export, import');
  policy
    .command('check')
    .description('check a policy file, naming path and line of each fault; needs no database')
    .argument('<file>', 'YAML or JSON; `-` reads standard input')
    .option('--json', 'the result as JSON')
    .addHelpText('after', '\nExit codes: 0 valid, 3 not valid, 1 error.\n')
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const parsed = parsePolicyDocument(await readTextFile(file));
      const errors = 'errors' in parsed ? parsed.errors : [];
      if (json) terminal.out(JSON.stringify({ valid: errors.length === 0, errors }, null, 2));
      else if (errors.length === 0) terminal.out(`${file} is a valid policy.`);
      else
        terminal.out(
          errors
            .map(
              ({ path, message, line }) =>
                `${file}${line === null ? '' : `:${line}`}  ${printable(path)}: ${printable(message)}`,
            )
            .join('\n'),
        );
      finish(errors.length === 0 ? exitCodes.ok : exitCodes.broken);
    });
  policy
    .command('export')
    .description('write the active policy as YAML')
    .option('--output <file>', 'instead of standard output')
    .option('--policy-version <n>', 'an older version', versionNumber)
    .action(async ({ output, policyVersion }: ExportOptions) => {
      const { version, text } = await withPolicies((policies) => policies.export(policyVersion));
      if (output === undefined) terminal.out(text.trimEnd());
      else await writeOut(output, text);
      terminal.note(`Version ${version}${output === undefined ? '' : ` written to ${output}`}.`);
    });
  policy
    .command('import')
    .description('publish a policy file as the next version; it counts for the next decision in every process')
    .argument('<file>', 'YAML or JSON; `-` reads standard input')
    .option('--note <text>', 'why, for the list of versions', 'Imported from a file')
    .option('--based-on <n>', 'refuse if this is not the active version any more', versionNumber)
    .action(async (file: string, { note, basedOn }: ImportOptions) => {
      const document = await readTextFile(file);
      const published = await withPolicies(async (policies) => {
        const base = basedOn ?? (await policies.version()).version;
        return await policies.publish({ document, note, basedOn: base }, { actor: systemActor, name: 'Command line' });
      });
      terminal.out(`Published version ${published.version}.`);
    });
};

const withPolicies = async <T>(work: (policies: PolicyService) => Promise<T>): Promise<T> =>
  await withInstalledDatabase(readConfig(process.env), async ({ appUrl }) => {
    const database = openDatabase({ url: appUrl, applicationName: 'tidegate-policy', maxConnections: 2 });
    try {
      return await work(new PolicyService({ database }));
    } finally {
      await database.close();
    }
  });

const writeOut = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    throw new CommandError(`${file} cannot be written, or is there already.`, 'Give another name, or move it away.', {
      cause: error,
    });
  }
};
