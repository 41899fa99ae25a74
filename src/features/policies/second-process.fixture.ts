// A second process for the tests: watches the configuration and prints one line per epoch that it knows, as `epoch version`.
import { openDatabase } from '#platform/database/database.ts';
import { PolicyService } from './policy-service.ts';

const database = openDatabase({ url: process.argv[2]!, applicationName: 'second-process', maxConnections: 2 });
const policies = new PolicyService({ database });
const print = ({ epoch, policy }: { epoch: number; policy: { version: number } }) => {
  process.stdout.write(`${epoch} ${policy.version}\n`);
};
await policies.watch(print, (error) => process.stderr.write(`${String(error)}\n`));
print(await policies.current());
process.stdin.on('end', () => void database.close());
process.stdin.resume();
