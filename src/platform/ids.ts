import { randomBytes } from 'node:crypto';

/** 16 bytes as the text of a UUID (RFC 9562), after version and variant have been put in. */
export const formatUuid = (version: 7 | 8, bytes: Buffer): string => {
  bytes[6] = (version << 4) | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** UUID version 7 (RFC 9562): 48 bits of milliseconds, then random, so that ids sort by time. */
export const newId = (now: number = Date.now()): string => {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  return formatUuid(7, bytes);
};
