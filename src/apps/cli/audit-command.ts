import type { Command } from 'commander';
import type { AuditVerification } from '#contracts/audit.ts';
import { checkpointFile, createCheckpointKey, readCheckpoints, verifyAudit } from '#features/audit/index.ts';
import { createDecisionCheck } from '#features/decisions/index.ts';
import { readConfig } from '#platform/config.ts';
import { provideSecretKey } from '#platform/config-secret-key.ts';
import { openDatabase } from '#platform/database/database.ts';
import { withInstalledDatabase } from './cli-database.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

const help = `
Checks every entry's hash, its link to the one before, the head, the signed checkpoints in the data folder, and each
decision against the digest that the log keeps of it.
The place of the first fault is named: altered, removed, inserted, reordered or truncated.

Exit codes: 0 the log holds, 3 it does not, 1 error.
`;

export const addAuditCommand = (program: Command, terminal: Terminal, finish: (exitCode: number) => void): void => {
  const audit = program.command('audit').description('the append-only audit log');
  audit
    .command('verify')
    .description('check the whole hash chain')
    .option('--json', 'the result as JSON')
    .addHelpText('after', help)
    .action(async ({ json }: { readonly json?: true }) => {
      const verification = await verify();
      terminal.out(json ? JSON.stringify(verification, null, 2) : auditReport(verification, terminal));
      finish(verification.valid ? exitCodes.ok : exitCodes.broken);
    });
};

const verify = async (): Promise<AuditVerification> => {
  const config = readConfig(process.env);
  return await withInstalledDatabase(config, async ({ appUrl }) => {
    const evidence = await readCheckpoints(
      checkpointFile(config.dataDir),
      createCheckpointKey(provideSecretKey(config).reveal()),
    );
    const database = openDatabase({ url: appUrl, applicationName: 'tidegate-audit', maxConnections: 1 });
    try {
      return await verifyAudit(database, evidence, createDecisionCheck());
    } finally {
      await database.close();
    }
  });
};

/** The verification as a person reads it. */
export const auditReport = (verification: AuditVerification, terminal: Pick<Terminal, 'paint'>): string => {
  const { valid, entries, headSequence, headHash, checkpoints, fault } = verification;
  const seen = `${entries} ${entries === 1 ? 'entry' : 'entries'}, ${checkpoints} signed ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}`;
  if (valid || fault === null) {
    return `${terminal.paint(['bold', 'green'], 'The audit log holds.')} ${seen}; head ${headSequence} ${headHash.slice(0, 16)}`;
  }
  return [
    `${terminal.paint(['bold', 'red'], `The audit log does not hold: entry ${fault.sequence} was ${fault.kind}.`)}`,
    `  ${fault.explanation}`,
    `  ${seen} hold before it; head ${headSequence}.`,
    '  → Keep the database as it is, compare it with a backup from before, and find out who had access.',
  ].join('\n');
};
