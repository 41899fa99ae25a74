import { join } from 'node:path';
import { Command } from 'commander';
import { productVersion } from '#platform/product-version.ts';
import { addAuditCommand } from './audit-command.ts';
import { addBackupCommands } from './backup-command.ts';
import { addBankCommand } from './bank-command.ts';
import { addComparePerspectiveCommand } from './compare-perspective/compare-perspective-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addHashCommand } from './hash-command.ts';
import { addMatchCommand } from './match-command.ts';
import { addModerateCommand } from './moderate-command.ts';
import { addPolicyCommand } from './policy-command.ts';
import { addStartCommand } from './start-command.ts';
import type { Terminal } from './terminal.ts';

const help = `
Exit codes: 0 done, 1 error, 2 usage, 3 broken (audit verify, doctor, bank import); moderate: 0 approve, 10 review or hold, 20 remove;
match: 10 known.
Configuration is by environment variables: docs/configuration.md.
`;

/** The command line of Tidegate. `finish` gets the exit code of a command that ended well. */
export const createProgram = (terminal: Terminal, finish: (exitCode: number) => void): Command => {
  const program = new Command('tidegate')
    .description('Open, self-hosted moderation for user-generated content.')
    .version(productVersion(join(import.meta.dirname, '../../..')))
    .addHelpText('after', help)
    .showHelpAfterError('(add --help to see commands and options)')
    .exitOverride();
  addStartCommand(program, terminal);
  addModerateCommand(program, terminal, finish);
  addPolicyCommand(program, terminal, finish);
  addBankCommand(program, terminal, finish);
  addHashCommand(program, terminal);
  addMatchCommand(program, terminal, finish);
  addComparePerspectiveCommand(program, terminal);
  addAuditCommand(program, terminal, finish);
  addDoctorCommand(program, terminal, finish);
  addBackupCommands(program, terminal);
  // Commander copies the setting only to commands made after it, and ours are made by functions of their own.
  for (const command of allCommands(program)) command.exitOverride();
  return program;
};

const allCommands = (command: Command): Command[] => [command, ...command.commands.flatMap(allCommands)];
