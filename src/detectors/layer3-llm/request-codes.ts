import { randomInt } from 'node:crypto';

/** What stands for the answers in one request, and what marks its data. Drawn anew each time: nobody outside can name them beforehand. */
export interface RequestCodes {
  readonly mark: string;
  readonly violates: string;
  readonly clear: string;
  readonly unsure: string;
  readonly instructed: string;
  readonly uninstructed: string;
}

/** Words without a leaning: a code must not sound like a verdict. */
const words = (
  'amber anchor apron arrow atlas bamboo barrel basil beacon birch biscuit bramble bridge bucket button cactus camel candle canvas ' +
  'carbon cedar cellar cinder clover cobalt copper coral cotton cradle cricket crystal dahlia domino donkey ember falcon fennel fiddle ' +
  'flint funnel garnet ginger granite hazel heron indigo ivory jasmine kettle ladder lantern lemon linen lizard magnet maple marble ' +
  'meadow mitten nectar needle nickel oyster paddle parrot pebble pepper pillow pocket quartz ribbon saddle saffron satchel spindle ' +
  'thistle timber turnip velvet violet walnut wicker willow'
).split(' ');

const drawCode = (): string => `${words[randomInt(words.length)]}${randomInt(1_000, 10_000)}`;
const drawMark = (): string => randomInt(36 ** 5, 36 ** 6).toString(36);

/** Codes of which none stands in the data, so that data can neither contain nor have foreseen one. */
export const drawCodes = (data: string): RequestCodes => {
  const taken = new Set<string>();
  const folded = data.toLowerCase();
  const draw = (one: () => string): string => {
    for (;;) {
      const code = one();
      if (taken.has(code) || folded.includes(code)) continue;
      taken.add(code);
      return code;
    }
  };
  return {
    mark: draw(drawMark),
    violates: draw(drawCode),
    clear: draw(drawCode),
    unsure: draw(drawCode),
    instructed: draw(drawCode),
    uninstructed: draw(drawCode),
  };
};
