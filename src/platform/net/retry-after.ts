/**
 * What a Retry-After header (RFC 9110, section 10.2.3) asks for, in milliseconds from `now`; null for one that is not there, is over, or
 * cannot be read.
 */
export const readRetryAfter = (header: string | undefined, now: number): number | null => {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = /^[A-Z][a-z]{2},? /.test(header) ? Date.parse(header) : Number.NaN;
  return at > now ? at - now : null;
};
