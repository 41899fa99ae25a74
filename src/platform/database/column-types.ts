import pg from 'pg';

/**
 * How columns come back, where pg's own choice would surprise:
 *
 * - bigint (and count(*)): a number when it is safe as one, else a bigint
 * - timestamptz: a Date (pg's own, milliseconds)
 * - date, timestamp without time zone: the text, since a Date would shift it by the server's time zone
 * - numeric: the text, which loses nothing
 * - json, jsonb: parsed (pg's own)
 */
const overrides = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, parseBigint],
  [pg.types.builtins.DATE, asText],
  [pg.types.builtins.TIMESTAMP, asText],
  // Arrays of the same three: int8[], date[], timestamp[].
  [1016, (text) => parseTextArray(text).map((element) => (element === null ? null : parseBigint(element)))],
  [1182, parseTextArray],
  [1115, parseTextArray],
]);

/** The parsers for a connection's `types` setting. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : overrides.get(oid)) ??
    pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

function parseBigint(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function parseTextArray(text: string): (string | null)[] {
  const textArray = 1009;
  // pg's list of type numbers leaves out the array types.
  return pg.types.getTypeParser(textArray as Parameters<typeof pg.types.getTypeParser>[0])(text) as unknown as (
    | string
    | null
  )[];
}

function asText(text: string): string {
  return text;
}
