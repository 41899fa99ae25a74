/** A JSON Pointer (RFC 6901) to something inside a document: `/results/0/score`. */
export const jsonPointerPattern = /^(?:\/(?:[^/~]|~[01])*)+$/;

const arrayIndex = /^(?:0|[1-9]\d{0,8})$/;

/** What stands there; undefined where nothing does. Only the document's own members are looked into. */
export const valueAt = (document: unknown, pointer: string): unknown => {
  let value = document;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = arrayIndex.test(name) ? value[Number(name)] : undefined;
    else value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
};
