// Every decision is digested on the hot path, so the text is put together without lists in between.
const arrayText = (values: readonly unknown[]): string => {
  let text = '[';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) text += ',';
    text += canonicalJson(values[index] === undefined ? null : values[index]);
  }
  return `${text}]`;
};

const objectText = (members: Readonly<Record<string, unknown>>): string => {
  let text = '{';
  for (const key of Object.keys(members).sort()) {
    const member = members[key];
    if (member !== undefined) text += `${text.length > 1 ? ',' : ''}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `${text}}`;
};

/**
 * JSON with keys sorted by UTF-16 code unit and no white space (the shape of RFC 8785 for the values that we use), so that equal
 * values have equal text and equal hashes. `undefined` members are left out; non-finite numbers are refused.
 */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('canonical JSON has no form for a number that is not finite');
    return JSON.stringify(value);
  }
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return arrayText(value);
  if (typeof value === 'object') return objectText(value as Readonly<Record<string, unknown>>);
  throw new TypeError(`canonical JSON has no form for a ${typeof value}`);
};
