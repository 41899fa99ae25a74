import { BankEntryService, HashBankMemory, HashBankService } from '#features/hash-banks/index.ts';
import { readConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/database/database.ts';
import { withInstalledDatabase } from './cli-database.ts';

interface BankServices {
  readonly banks: HashBankService;
  readonly entries: BankEntryService;
}

/** Lends a command the hash banks of the installation. */
export const withBanks = async <T>(work: (services: BankServices) => Promise<T>): Promise<T> =>
  await withInstalledDatabase(readConfig(process.env), async ({ appUrl }) => {
    const database = openDatabase({ url: appUrl, applicationName: 'tidegate-bank', maxConnections: 3 });
    try {
      // A command ends sooner without the banks in its memory: only what it looks up is read.
      return await work({
        banks: new HashBankService({ database, memory: new HashBankMemory({ database }) }),
        entries: new BankEntryService({ database, pictures: async () => undefined }),
      });
    } finally {
      await database.close();
    }
  });
