import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfigVariable, configVariables, testVariables } from './config-variables.ts';

/** `docs/configuration.md`, written from the variables themselves. Run this file to write it again. */
export function configurationDocument(): string {
  return [
    '# Configuration',
    '',
    'Tidegate is configured by environment variables, read once at the start. A wrong value stops the start and is named.',
    'Set but empty counts as not set.',
    '',
    ...table(configVariables),
    '',
    '## A PostgreSQL of your own',
    '',
    '`TIDEGATE_DATABASE_URL` names the owner of the database. Migrations, backup and restore run as that user. The application',
    'runs as the role `tidegate_app`, which may read and write what migrations grant but, for instance, cannot change the',
    'audit log. The first start makes that role if the user may create roles; otherwise make it once as a superuser:',
    '',
    '```sql',
    'CREATE ROLE tidegate_app NOLOGIN;',
    'GRANT tidegate_app TO the_owner;',
    '```',
    '',
    'Connections become `tidegate_app` by their start-up options (`options=-c role=tidegate_app`). A connection pooler in between has',
    'to pass these through; connect directly where it does not. Where the owner may not become',
    '`tidegate_app`, the application runs as the owner and says so at its start.',
    '',
    '## The embedded PostgreSQL',
    '',
    'Without `TIDEGATE_DATABASE_URL`, Tidegate runs a PostgreSQL 18 of its own in `postgres` in the data folder. It listens on a Unix socket in a',
    'private folder, never on the network. Every process on the same data folder shares it, and the last one to end stops it. PostgreSQL refuses to run as',
    'root, so root runs it as the user `nobody`; where `nobody` cannot enter the data folder, the database lies below `/var/lib/tidegate` and `postgres` is a link',
    'to it. Its log is `postgres/server.log`.',
    '',
    '## Tests',
    '',
    ...table(testVariables),
    '',
  ].join('\n');
}

function table(variables: readonly ConfigVariable[]): string[] {
  return [
    '| Variable | Meaning | Value | When not set |',
    '|---|---|---|---|',
    ...variables.map(
      ({ name, meaning, shape, otherwise, secret }) =>
        `| \`${name}\` | ${meaning}${secret === true ? ' Secret.' : ''} | ${shape} | ${otherwise} |`,
    ),
  ];
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, '../../docs/configuration.md'), configurationDocument());
}
