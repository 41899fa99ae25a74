import { describe, expect, it } from 'vitest';
import type { ItemContent } from '#contracts/item.ts';
import { withoutAddresses } from './withheld-content.ts';

const content: ItemContent = {
  account: { id: 'somebody' },
  surface: 'post',
  parts: [
    { id: 'body', kind: 'text', text: 'two pictures' },
    { id: 'one', kind: 'image', url: 'https://platform.example/one.jpg' },
    { id: 'two', kind: 'image', url: 'https://platform.example/two.jpg' },
  ],
};

describe('content with a picture that is withheld', () => {
  it('names that picture by its id instead of its address, and leaves the rest', () => {
    const mediaId = '01a20962-c539-7981-a4b9-fde67e5f81b6';
    expect(withoutAddresses(content, new Map([['two', mediaId]]))?.parts).toEqual([
      content.parts[0],
      content.parts[1],
      { id: 'two', kind: 'image', mediaId },
    ]);
    expect(withoutAddresses(content, undefined)).toBe(content);
    expect(withoutAddresses(null, new Map())).toBeNull();
  });
});
