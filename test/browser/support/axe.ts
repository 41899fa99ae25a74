import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Scheme } from './browser.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const schemes: readonly Scheme[] = ['light', 'dark'];

const violationsIn = async (page: Page, scheme: Scheme): Promise<string[]> => {
  await page.emulateMedia({ colorScheme: scheme });
  await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor();
  await expect.poll(() => page.evaluate<number>('document.getAnimations().length')).toBe(0);
  const builder = new AxeBuilder({ page });
  // Only contrast depends on the scheme; everything else is looked at once.
  const { violations } =
    scheme === 'dark'
      ? await builder.withRules('color-contrast').analyze()
      : await builder.withTags(standards).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 4)
      .map(
        (node) => `${scheme}, ${id}: ${node.target.join(' ')} ${node.any[0]?.message ?? ''} ${node.html.slice(0, 140)}`,
      ),
  );
};

/** What axe finds on the screen as it stands, in daylight and in the dark. */
export const violationsOf = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const scheme of schemes) found.push(...(await violationsIn(page, scheme)));
  return found;
};
