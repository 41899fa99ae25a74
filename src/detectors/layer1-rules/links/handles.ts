import type { Span } from '#engine/text/text-view.ts';

export interface Handle extends Span {
  readonly messenger: string;
}

const maximumHandles = 100;

const names: Readonly<Record<string, string>> = {
  telegram: 'Telegram',
  телеграм: 'Telegram',
  телеграмм: 'Telegram',
  телега: 'Telegram',
  tg: 'Telegram',
  whatsapp: 'WhatsApp',
  watsapp: 'WhatsApp',
  вотсап: 'WhatsApp',
  wechat: 'WeChat',
  weixin: 'WeChat',
  微信: 'WeChat',
  vx: 'WeChat',
  kik: 'Kik',
  snapchat: 'Snapchat',
  snap: 'Snapchat',
  viber: 'Viber',
  skype: 'Skype',
  discord: 'Discord',
  signal: 'Signal',
  zalo: 'Zalo',
  qq: 'QQ',
  line: 'LINE',
};

const nameChoice = Object.keys(names)
  .sort((one, other) => other.length - one.length)
  .map((name) => name.replace('whatsapp', "what'?s ?app").replace('snapchat', 'snap ?chat'))
  .join('|');

/**
 * "telegram: @name", "add me on snapchat - name_99", "whatsapp +44 7700 900123", "微信：abc123". A handle needs an @, a colon before it or
 * a digit in it; talk about a messenger has none of these.
 */
const pattern = new RegExp(
  `(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}@./])(?<name>${nameChoice})(?:\\s{1,2}(?:me|id|us|number|no|is|at|on|handle|user|username|name|账号|号)){0,3}` +
    '(?:\\s{0,2}(?<colon>[:：=]|->|[-–])\\s{0,2}(?:@\\s?)?(?<named>[A-Za-z][\\w.]{3,31})|' +
    '\\s{0,2}[:：=-]?\\s{0,2}@\\s?(?<at>[\\w.]{4,32})|' +
    '\\s{0,2}[:：=-]?\\s{0,2}(?<phone>\\+\\s?\\d(?:[ ().-]{0,2}\\d){6,14}|\\d(?:[ -]?\\d){7,14})|' +
    '[：:\\s]{1,2}(?<mixed>(?=[A-Za-z_.]{0,30}\\d)[A-Za-z][\\w.]{3,31}))(?![\\p{L}\\p{N}])',
  'giu',
);

/** A colon or dash after the name of a messenger also introduces a sentence: "Discord: maintenance tonight", "signal - noise". */
const isHandle = (name: string, groups: Record<string, string | undefined>): boolean => {
  const ambiguous = name === 'line' || name === 'signal' || name === 'snap' || name === 'discord' || name === 'tg';
  if (groups.at !== undefined || groups.phone !== undefined) return name !== 'line' || groups.at !== undefined;
  if (groups.mixed !== undefined) return !ambiguous;
  const named = groups.named ?? '';
  if (/[\d_.]/.test(named.replace(/\.$/, ''))) return !(ambiguous && name !== 'tg');
  return !ambiguous && groups.colon !== '-' && groups.colon !== '–' && /^[a-z]/.test(named) && named.length >= 5;
};

/** Messenger contacts spelled out in a text, in its own offsets. */
export const findHandles = (text: string): readonly Handle[] => {
  const handles: Handle[] = [];
  for (const match of text.matchAll(pattern)) {
    if (handles.length >= maximumHandles) break;
    const groups = match.groups ?? {};
    const name = (groups.name ?? '').toLowerCase().replace(/[ ']/g, '');
    if (isHandle(name, groups))
      handles.push({ messenger: names[name] ?? name, start: match.index, end: match.index + match[0].length });
  }
  return handles;
};
