/** Entries have no ids of their own: a UUID (RFC 9562, version 8) whose last 12 digits are the sequence. */
const head = '00000000-0000-8000-8000-';

export const entryId = (sequence: number): string => head + sequence.toString(16).padStart(12, '0');

/** Undefined for an id that no entry can have. */
export const sequenceOf = (id: string): number | undefined =>
  id.startsWith(head) && id.length === head.length + 12 ? Number.parseInt(id.slice(head.length), 16) : undefined;
