import { styleText } from 'node:util';

export type TextStyle = 'bold' | 'underline' | 'gray' | 'green' | 'yellow' | 'red' | 'magenta' | 'cyan';

/** Where a command writes, so that it can be run in a test and keeps its results apart from its remarks. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Remarks and errors. */
  note(text: string): void;
  /** Colours a result, where standard output shows colours (NO_COLOR and FORCE_COLOR are honoured). */
  paint(style: TextStyle | readonly TextStyle[], text: string): string;
  /** True where `paint` does something. */
  readonly colours: boolean;
  /** Columns of standard output; 100 where it is not a terminal. */
  readonly width: number;
}

export const processTerminal = (): Terminal => {
  const paint: Terminal['paint'] = (style, text) =>
    styleText(typeof style === 'string' ? style : [...style], text, { stream: process.stdout });
  return {
    out: (text) => {
      process.stdout.write(`${text}\n`);
    },
    note: (text) => {
      process.stderr.write(`${text}\n`);
    },
    paint,
    colours: paint('bold', 'x') !== 'x',
    width: Math.min(process.stdout.columns ?? 100, 120),
  };
};

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * Makes text from outside safe to print: control characters (escape sequences could rewrite the screen), invisible and
 * bidirectional ones become visible escapes such as `\u{200b}`. Line ends become a space; the joiner inside emoji stays.
 */
export const printable = (text: string): string =>
  text.replace(/\r?\n|\t/g, ' ').replace(unprintable, (character) => {
    if (character === '\u200d') return character;
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });

/** Breaks text at spaces (not between a number and its per cent sign) into lines of at most `width` characters, each after `indent`. */
export const wrap = (text: string, width: number, indent: string): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?!%)/)) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((entry) => `${indent}${entry}`).join('\n');
};

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `width` characters for a share between 0 and 1, exact to an eighth of a character. */
export const bar = (share: number, width: number): string => {
  const units = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const filled = '█'.repeat(Math.floor(units / 8)) + eighths[units % 8]!;
  return filled + '·'.repeat(width - filled.length);
};
