import { describe, expect, it } from 'vitest';
import { findPhones, findShortCodes } from './phones.ts';

const found = (text: string): string[] => findPhones(text).map(({ start, end }) => text.slice(start, end));

describe('phone numbers', () => {
  it.each([
    ['+44 20 7946 0018', '+44 20 7946 0018'],
    ['my number is +1 (212) 555-0123!', '+1 (212) 555-0123'],
    ['+49-30-1234567.', '+49-30-1234567'],
    ['+919812345678', '+919812345678'],
    ['212-555-0123 or 212.555.0188', '212-555-0123', '212.555.0188'],
    ['call 09061701461 now', '09061701461'],
    ['Tel: 06 12 34 56 78', '06 12 34 56 78'],
    ['call me on 5550123', '5550123'],
    ['звоните 8 (495) 123-45-67', '8 (495) 123-45-67'],
    ['手机:13800138000', '13800138000'],
  ])('are found in %s', (text, ...numbers) => {
    expect(found(text)).toEqual(numbers);
  });

  it.each([
    '1999-2004',
    '2024-05-17 12:30:00',
    '17/05/2024',
    '1 000 000',
    '3.14159265',
    '6-4 3-6 7-5',
    '9780306406157',
    'order 123456789',
    '$2125550123',
    '192.168.100.200',
    '4111 1111 1111 1111',
    'id_0123456789',
    'a0123456789b',
    '0.123456789',
    '12345678901234567890',
  ])('are not seen in %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('short codes', () => {
  it.each(['Txt WIN to 80086', "send 'YES' to 4455 today", 'Reply STOP CHAT to 61610'])('are found in %s', (text) => {
    expect(findShortCodes(text)).toHaveLength(1);
  });

  it.each(['send it to 2 people', 'I sent flowers to 1600 Pennsylvania', 'from 1990 to 2005'])(
    'are not seen in %s',
    (text) => {
      expect(findShortCodes(text)).toEqual([]);
    },
  );
});
