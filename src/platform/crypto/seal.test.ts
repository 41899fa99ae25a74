import { describe, expect, it } from 'vitest';
import { deriveKey } from './derive-key.ts';
import { SealBroken, seal, unseal } from './seal.ts';

const key = deriveKey('a secret key of this installation', 'test v1');

describe('sealed texts', () => {
  it('come back as they were, and never look the same twice', () => {
    const first = seal(key, 'päss wörd', 'webhook:1');
    expect(unseal(key, first, 'webhook:1')).toBe('päss wörd');
    expect(seal(key, 'päss wörd', 'webhook:1').equals(first)).toBe(false);
  });

  it('do not open elsewhere, with another key, or changed', () => {
    const sealed = seal(key, 'secret', 'webhook:1');
    const changed = Buffer.from(sealed);
    changed[14] = changed[14]! ^ 1;
    expect(() => unseal(key, sealed, 'webhook:2')).toThrow(SealBroken);
    expect(() => unseal(deriveKey('another secret key here', 'test v1'), sealed, 'webhook:1')).toThrow(SealBroken);
    expect(() => unseal(key, changed, 'webhook:1')).toThrow(SealBroken);
    expect(() => unseal(key, sealed.subarray(0, 20), 'webhook:1')).toThrow(SealBroken);
  });
});
