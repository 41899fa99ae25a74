import { describe, expect, it } from 'vitest';
import { matchShortcut, type Shortcut } from './shortcut-registry.ts';

const shortcut = (keys: string): Shortcut => ({ keys, label: keys, group: 'test', run: () => undefined });
const approve = shortcut('a');
const audit = shortcut('g a');
const all = [approve, audit, shortcut('g q')];

describe('finding the shortcut for a key', () => {
  it('waits for the second key of a sequence', () => {
    const first = matchShortcut(all, '', 'g');
    expect(first).toEqual({ shortcut: undefined, pending: 'g' });
    expect(matchShortcut(all, first.pending, 'a')).toEqual({ shortcut: audit, pending: '' });
  });

  it('swallows a key after a prefix that leads nowhere, so that it never decides anything', () => {
    expect(matchShortcut([approve, shortcut('g q')], 'g', 'a')).toEqual({ shortcut: undefined, pending: '' });
  });

  it('lets the latest registration win', () => {
    const narrowed = shortcut('a');
    expect(matchShortcut([approve, narrowed], '', 'a').shortcut).toBe(narrowed);
  });
});
