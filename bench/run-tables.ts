import { type BenchRow, machine, printTable } from './table.ts';

/** A table of figures, measured when it is asked for. */
export interface NamedTable {
  readonly title: string;
  run(): Promise<readonly BenchRow[]>;
}

/**
 * Prints the tables of these names, all of them where none is named. One that fails is reported, and the others go on; the process then
 * ends with status 1, and with 2 for a name that there is not.
 */
export const runTables = async (
  tables: Readonly<Record<string, NamedTable>>,
  names: readonly string[],
): Promise<void> => {
  const unknown = names.filter((name) => !Object.hasOwn(tables, name));
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}; there are ${Object.keys(tables).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  console.log(machine());
  for (const [name, { title, run }] of Object.entries(tables)) {
    if (names.length > 0 && !names.includes(name)) continue;
    try {
      printTable(title, await run());
    } catch (error) {
      console.error(`\n${title}\n\nfailed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      process.exitCode = 1;
    }
  }
};
