import type { Command } from 'commander';
import type { FoundInBank } from '#features/hash-banks/index.ts';
import { withBanks } from './bank-services.ts';
import { exitCodes } from './exit-codes.ts';
import { examinePicture } from './picture-file.ts';
import { printable, type Terminal } from './terminal.ts';

const lineOf = ({ bankId, name, kind, mode, algorithm, distance, behaviour }: FoundInBank): string => {
  const how = algorithm === 'pdq' ? `pdq, ${distance} of 256 bits differ` : `the same file by ${algorithm}`;
  return `${bankId} (${printable(name)}, ${kind}, ${mode}): ${how}; does: ${mode === 'quarantine' ? 'nothing' : behaviour}`;
};

export const addMatchCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void): void => {
  program
    .command('match')
    .description('which hash banks of this installation know a picture; nothing is stored')
    .argument('<file>', 'a picture')
    .option('--json', 'the result as JSON')
    .addHelpText('after', '\nExit codes: 0 no bank knows it, 10 one does, 1 error.\n')
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const facts = await examinePicture(file);
      const matches = await withBanks(({ banks }) => banks.lookUpPicture(facts));
      if (json) terminal.out(JSON.stringify({ matches }, null, 2));
      else if (matches.length === 0) terminal.out('No bank knows this picture.');
      else for (const match of matches) terminal.out(lineOf(match));
      finish(matches.length === 0 ? exitCodes.ok : exitCodes.review);
    });
};
