import type { Command } from 'commander';
import { readConfig } from '#platform/config.ts';
import type { DoctorFinding } from './doctor-check.ts';
import { checkClaims } from './doctor-claims.ts';
import { checkDatabase } from './doctor-database.ts';
import {
  checkDataFolder,
  checkDiskSpace,
  checkNode,
  checkPort,
  checkSecretKey,
  checkVariables,
} from './doctor-machine.ts';
import { checkModels } from './doctor-models.ts';
import { checkScorers } from './doctor-scorers.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export const addDoctorCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void): void => {
  program
    .command('doctor')
    .description('check this machine and this installation, and say what to do about what is wrong')
    .option('--json', 'the findings as JSON')
    .addHelpText(
      'after',
      '\nChanges nothing. Exit codes: 0 works (warnings included), 3 something is broken, 1 error.\n',
    )
    .action(async ({ json }: { readonly json?: true }) => {
      const findings = await examine();
      terminal.out(json ? JSON.stringify({ findings }, null, 2) : doctorReport(findings, terminal));
      finish(findings.some(({ status }) => status === 'broken') ? exitCodes.broken : exitCodes.ok);
    });
};

const examine = async (): Promise<DoctorFinding[]> => {
  const config = readConfig(process.env);
  return [
    checkNode(),
    checkVariables(config),
    checkDataFolder(config),
    await checkDiskSpace(config),
    checkSecretKey(config),
    ...(await checkDatabase(config)),
    ...(await checkModels(config)),
    checkScorers(config),
    checkClaims(config),
    await checkPort(config),
  ];
};

const marks = { ok: '✓', warning: '!', broken: '✗' } as const;
const styles = { ok: 'green', warning: 'yellow', broken: 'red' } as const;

/** The findings as a person reads them, each fault with its remedy below. */
export const doctorReport = (findings: readonly DoctorFinding[], terminal: Pick<Terminal, 'paint'>): string => {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, detail, remedy }) => [
    `${terminal.paint(styles[status], marks[status])} ${check.padEnd(width)}  ${detail}`,
    ...(remedy === undefined ? [] : [`  ${' '.repeat(width)}  → ${remedy}`]),
  ]);
  const faults = findings.filter(({ status }) => status === 'broken').length;
  const remarks = findings.filter(({ status }) => status === 'warning').length;
  const verdict =
    faults > 0 ? `${faults} broken, ${remarks} to note` : remarks > 0 ? `Works; ${remarks} to note` : 'All is well';
  return [...lines, '', terminal.paint('bold', verdict)].join('\n');
};
