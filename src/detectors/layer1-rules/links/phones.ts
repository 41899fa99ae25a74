import type { Span } from '#engine/text/text-view.ts';

const maximumPhones = 100;

/** A row of digits with the separators that phone numbers have. Bounded, so that rows of digits take linear time. */
const candidate =
  /(?<![\p{L}\p{N}_#$€£¥@=]|\d[.,/:-]|[$€£¥]\s)(?:\+\s?|\(\+?)?\d(?:[ \u00a0().\-\u2010-\u2013/]{0,3}\d){6,16}(?![\p{L}\p{N}_]|[.,:/-]\d|\s?(?:%|€|\$|£|km\b|kg\b|px\b|ms\b|MB\b|GB\b|USD\b|EUR\b))/gu;

/** Said just before a number, these make it a phone number whatever its shape. */
const announced =
  /(?:call|calling|called|phone|phoned|tel|telephone|telefon|text|txt|sms|mobile|mob|cell|ring|dial|whats\s?app|viber|signal|contact|hotline|fax|fon|handy|rufen?|anrufen|llama[dr]?|movil|móvil|appelez|телефон|тел|звоните|电话|電話|手机|微信)[^\p{L}\p{N}]{0,4}(?:(?:me|us|now|on|at|no|nr|is|number|free|free[ -]?phone|from|landline|under|unter|al|au|im)[^\p{L}\p{N}]{1,3}){0,4}$/iu;

const dates = /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?:\s|$)/;
const thousands = /^\d{1,3}(?:[ .\u00a0]\d{3})+$/;
const years = /^(?:1[5-9]|20)\d\d\s?[-\u2010-\u2013/ ]\s?(?:1[5-9]|20)\d\d$/;
/** (212) 555-0123, 212-555-0123, 212.555.0123, 212 555 0123. Area codes and exchanges of North America begin with 2 to 9. */
const northAmerican = /^1?[ .-]?\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[ .-]\d{4}$/;
/** Numbers within a country where the trunk prefix is 0: 020 7946 0018, 030/1234567, 06 12 34 56 78, 07700900123. */
const national = /^\(?0[1-9]\d*\)?(?:[ ./-]{0,2}\(?\d+\)?)*$/;

/** ISBN-13 (ISO 2108): begins with 978 or 979, weights 1 and 3, sum divisible by ten. */
const isIsbn = (digits: string): boolean => {
  if (!/^97[89]\d{10}$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
};

/** ISBN, order numbers and the like are announced as well. */
const otherNumber =
  /(?:isbn|issn|doi|order|invoice|ticket|tracking|id|ref|reference|case|issue|bug|rev|revision|version|serial|iban|account|bestellung|rechnung|pmid|oclc)(?:\s?(?:no|nr|number|id))?[^\p{L}\p{N}]{0,4}$/iu;

const isPhone = (found: string, before: string): boolean => {
  const digits = found.replace(/\D/g, '');
  if (digits.length < 7 || digits.length > 15 || /^(\d)\1*$/.test(digits) || isIsbn(digits)) return false;
  const international = /^\(?\+/.test(found);
  if (!international && (dates.test(found) || years.test(found) || otherNumber.test(before))) return false;
  // Sequences of small numbers are scores, sizes and dice.
  if (!international && !/\d{3}/.test(found) && !/^0\d(?:[ .-]\d\d){4}$/.test(found)) return false;
  if (international) return digits.length >= 8;
  if (announced.test(before)) return true;
  if (thousands.test(found)) return false;
  if (/^00[1-9]/.test(digits)) return digits.length >= 10 && /[ ().\-/]/.test(found) === found.includes(' ');
  if (northAmerican.test(found)) return true;
  return national.test(found) && digits.length >= 9 && digits.length <= 12 && !/^0\d?\.\d+$/.test(found);
};

/**
 * Phone numbers of any country, in the text's own offsets: with a country code (E.164, up to 15 digits), in the shapes of North America
 * and of countries with the trunk prefix 0, or announced by a word such as "call". Leaves years, dates, prices, scores, ISBNs,
 * identifiers and IP addresses alone.
 */
export const findPhones = (text: string): readonly Span[] => {
  const phones: Span[] = [];
  if (!/\d/.test(text)) return phones;
  for (const match of text.matchAll(candidate)) {
    if (phones.length >= maximumPhones) break;
    const before = text.slice(Math.max(0, match.index - 40), match.index);
    if (isPhone(match[0], before)) phones.push({ start: match.index, end: match.index + match[0].length });
  }
  return phones;
};

/** "Text WIN to 80086", "send YES to 4455": a keyword to a short number, which costs whoever sends it. */
const shortCode =
  /(?<!\p{L})(?:text|txt|sms|send|reply|msg)(?:\s{1,2}(?:me|us|back|now|the word|with))?(?:\s{1,2}["'\u2018\u201c]?[\p{L}\p{N}]{1,12}["'\u2019\u201d]?){1,4}\s{1,2}to:?\s{1,2}(?<code>\d{4,6})(?![\p{L}\p{N}]|[.,:/-]\d)/giu;

/** Short numbers to which a text message is asked for, in the text's own offsets. */
export const findShortCodes = (text: string): readonly Span[] => {
  const codes: Span[] = [];
  if (!/\d{4}/.test(text)) return codes;
  for (const match of text.matchAll(shortCode)) {
    if (codes.length >= maximumPhones) break;
    const end = match.index + match[0].length;
    codes.push({ start: end - (match.groups?.code?.length ?? 0), end });
  }
  return codes;
};
