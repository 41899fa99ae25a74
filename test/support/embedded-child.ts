// A process of its own for the tests of the embedded PostgreSQL, since what they are about is processes that come and go.
//
//   node embedded-child.ts <data folder>
//
// Prints a line of JSON when the server runs, then obeys lines on its input: "write" commits numbered rows until it is killed and prints
// each number once its commit was acknowledged; "stop" lets go of the server and ends.
import { createInterface } from 'node:readline';
import { openDatabase } from '../../src/platform/database/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';

const dataDir = process.argv[2] ?? '';
const log: string[] = [];
const server = await startEmbeddedPostgres({ dataDir, log: (message) => log.push(message) });
const { adminUrl, appUrl, adopted } = server;
say({ adminUrl, appUrl, adopted, log });

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'write') void write();
  if (line === 'stop') {
    await server.stop();
    say({ stopped: true, log });
    process.exit(0);
  }
}

async function write() {
  const database = openDatabase({ url: adminUrl, applicationName: 'writer', maxConnections: 4 });
  await database.query('CREATE TABLE IF NOT EXISTS acknowledged (number int)');
  const [last] = await database.query<{ number: number }>(
    'SELECT coalesce(max(number), 0) AS number FROM acknowledged',
  );
  for (let number = (last?.number ?? 0) + 1; ; number += 1) {
    await database.query('INSERT INTO acknowledged VALUES ($1)', [number]);
    say({ number });
  }
}

function say(message: object) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
