import { withoutOverlapped } from '#engine/text/overlap.ts';
import type { Span, TextView } from '#engine/text/text-view.ts';
import type { FoundLink } from './find-links.ts';
import { findHandles } from './handles.ts';
import type { Sign } from './link-signs.ts';
import { findPhones, findShortCodes } from './phones.ts';
import { findWallets } from './wallets.ts';

export interface FoundSign extends Span {
  readonly sign: Sign;
}

/** Ways to reach or pay the writer outside of the platform. A mail address alone is worth knowing, no sign of spam. */
export const findContacts = (view: TextView, links: readonly FoundLink[]): readonly FoundSign[] => {
  const found: FoundSign[] = links
    .filter(({ kind }) => kind === 'mail')
    .map(({ start, end }) => ({ start, end, sign: { name: 'mail_addresses', label: 'mail address', weight: 0 } }));
  const add = ({ start, end }: Span, sign: Sign): void => {
    found.push({ ...view.span(start, end), sign });
  };
  for (const wallet of findWallets(view.text))
    add(wallet, { name: 'wallets', label: `${wallet.coin} address`, weight: 0.3 });
  const handles = findHandles(view.text);
  for (const handle of handles) add(handle, { name: 'messengers', label: `${handle.messenger} contact`, weight: 0.25 });
  for (const phone of withoutOverlapped(findPhones(view.text), handles))
    add(phone, { name: 'phone_numbers', label: 'phone number', weight: 0.18 });
  for (const code of findShortCodes(view.text))
    add(code, { name: 'short_codes', label: 'text message to a short number', weight: 0.3 });
  // A number inside a link is part of the link.
  return [
    ...found.filter(({ sign }) => sign.weight === 0),
    ...withoutOverlapped(
      found.filter(({ sign }) => sign.weight > 0),
      links,
    ),
  ];
};
