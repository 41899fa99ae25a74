import { describe, expect, it } from 'vitest';
import { findWallets } from './wallets.ts';

/** From BIP 173, BIP 350, EIP-55 and the Bitcoin and Tron documentation. */
const addresses = [
  ['Bitcoin', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['Bitcoin', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'],
  ['Bitcoin', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
  ['Bitcoin', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
  ['Ethereum', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
  ['Tron', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
] as const;

describe('wallet addresses', () => {
  it.each(addresses)('finds one of %s: %s', (coin, address) => {
    expect(findWallets(`send to ${address}.`)).toEqual([{ coin, start: 8, end: 8 + address.length }]);
  });

  it.each(addresses.filter(([coin]) => coin !== 'Ethereum'))(
    'refuses one of %s with a letter changed: %s',
    (_coin, address) => {
      const middle = 12;
      const letter = address[middle] === 'q' || address[middle] === 'Q' ? 'p' : 'q';
      const same = address === address.toUpperCase() ? letter.toUpperCase() : letter;
      expect(findWallets(address.slice(0, middle) + same + address.slice(middle + 1))).toEqual([]);
    },
  );

  it('refuses hashes, zeros and addresses inside longer words', () => {
    expect(findWallets(`0x${'0'.repeat(40)} 0x${'ab'.repeat(32)} x1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa`)).toEqual([]);
  });
});
