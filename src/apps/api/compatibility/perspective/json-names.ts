/** `requested_attributes` is `requestedAttributes`; names of attributes are in capitals and stay. */
const camelName = (name: string): string =>
  /^[a-z]+(?:_[a-z]+)+$/.test(name)
    ? name.replace(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase())
    : name;

/**
 * The JSON form of a protocol buffer may name fields as `clientToken` or as `client_token`; some clients of the original send the second.
 * Gives the value with the first throughout. A field that is there under both names keeps both, and the schema refuses the second.
 */
export const withCamelNames = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withCamelNames);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const camel = camelName(name);
      return [Object.hasOwn(value, camel) ? name : camel, withCamelNames(member)];
    }),
  );
};
