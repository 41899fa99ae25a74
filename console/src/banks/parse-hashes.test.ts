import { describe, expect, it } from 'vitest';
import { parseHash, parseHashes } from './parse-hashes.ts';

const md5 = '0123456789abcdef0123456789ABCDEF';
const long = 'f'.repeat(64);

describe('hashes as people paste them', () => {
  it('are told apart by their length; 64 digits are what the person says', () => {
    expect(parseHash(` ${md5} `, 'pdq')).toEqual({ algorithm: 'md5', hash: md5.toLowerCase() });
    expect(parseHash(long, 'pdq')?.algorithm).toBe('pdq');
    expect(parseHash(long, 'sha256')?.algorithm).toBe('sha256');
    expect(parseHash('xyz', 'pdq')).toBeNull();
  });

  it('count once, and every line that holds none is named', () => {
    expect(parseHashes(`${long}\r\n\nnothing\n${long.toUpperCase()}\n${md5}x`, 'sha256')).toEqual({
      hashes: [{ algorithm: 'sha256', hash: long }],
      faults: [3, 5],
    });
  });
});
