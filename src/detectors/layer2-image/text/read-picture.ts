import type { RgbImage } from '#engine/ports/image-sandbox.ts';
import type { FloatTensor } from '../../inference/session.ts';
import { decodeLine, type ReadLine } from './decode.ts';
import { findLines } from './find-lines.ts';
import { boundsOf, type TurnedRectangle } from './geometry.ts';
import { detectionInput, lineColumns, lineInput, NARROWEST_LINE, type Turns } from './pixels.ts';

/** A line of text and where it stands. */
export interface PlacedLine extends ReadLine {
  /** The upright box around it, in fractions of the picture's width and height. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Quarter turns clockwise by which its words are turned. */
  readonly turns: Turns;
  /** Pixels of the view along the direction of reading, as seen with the words upright: where it starts and ends, and its middle downwards. */
  readonly start: number;
  readonly end: number;
  readonly middle: number;
  readonly thickness: number;
}

/** The two networks and what the second one's outputs mean. */
export interface TextNetworks {
  detect(input: FloatTensor): Promise<FloatTensor>;
  recognise(input: FloatTensor): Promise<FloatTensor>;
  readonly dictionary: readonly string[];
}

/** What may still be read: every look at a line uses up the columns that the network gets, however short the line. */
export interface ReadingBudget {
  columns: number;
  truncated: boolean;
}

/** Lines read with less confidence are texture that looks like letters, and are dropped. */
const LEAST_CONFIDENCE = 0.6;
/** Below this, a line is tried upside down too. */
const DOUBTFUL = 0.8;
/** A line this much higher than wide is read from below and from above. */
const UPENDED = 1.5;

type TurnedLine = ReadLine & { readonly turns: Turns };

const readTurned = async (
  networks: TextNetworks,
  image: RgbImage,
  line: TurnedRectangle,
  ways: readonly Turns[],
  budget: ReadingBudget,
): Promise<TurnedLine> => {
  let best: TurnedLine = { text: '', confidence: 0, turns: 0 };
  for (const turns of ways) {
    const columns = Math.max(NARROWEST_LINE, lineColumns(line, turns));
    if (columns > budget.columns) {
      budget.truncated = true;
      break;
    }
    budget.columns -= columns;
    const read = decodeLine(await networks.recognise(lineInput(image, line, turns)), networks.dictionary);
    if (read.confidence > best.confidence) best = { ...read, turns };
  }
  return best;
};

const isUpended = ({ width, height }: TurnedRectangle): boolean => height >= UPENDED * width;
const thickness = (line: TurnedRectangle): number => (isUpended(line) ? line.width : line.height);

const readLine = async (
  networks: TextNetworks,
  image: RgbImage,
  line: TurnedRectangle,
  budget: ReadingBudget,
): Promise<TurnedLine> => {
  if (isUpended(line)) return readTurned(networks, image, line, [3, 1, 0], budget);
  const upright = await readTurned(networks, image, line, [0], budget);
  if (upright.confidence >= DOUBTFUL) return upright;
  const turned = await readTurned(networks, image, line, [2], budget);
  return turned.confidence > upright.confidence ? turned : upright;
};

const placeOf = (line: TurnedRectangle, turns: Turns, { width, height }: RgbImage) => {
  const { left, top, right, bottom } = boundsOf(line);
  const fraction = (value: number, whole: number): number => Math.min(1, Math.max(0, value / whole));
  const [x, y] = [fraction(left, width), fraction(top, height)];
  const { x: middleX, y: middleY } = line.centre;
  const asRead = [
    { start: left, end: right, middle: middleY },
    { start: top, end: bottom, middle: -middleX },
    { start: -right, end: -left, middle: -middleY },
    { start: -bottom, end: -top, middle: middleX },
  ][turns]!;
  return {
    x,
    y,
    width: fraction(right, width) - x,
    height: fraction(bottom, height) - y,
    ...asRead,
    thickness: thickness(line),
  };
};

/** Finds and reads the lines of a picture, in no particular order. Ends early once `cancelled` or when the budget is used up. */
export const readPicture = async (
  networks: TextNetworks,
  image: RgbImage,
  budget: ReadingBudget,
  cancelled: () => boolean,
): Promise<PlacedLine[]> => {
  const output = await networks.detect(detectionInput(image));
  const [, , height = 0, width = 0] = output.dims;
  // The largest letters first, so that small print cannot use up the budget before a caption is read.
  const found = findLines({ width, height, data: output.data }).sort((a, b) => thickness(b) - thickness(a));
  const lines: PlacedLine[] = [];
  for (const line of found) {
    if (cancelled() || budget.truncated) break;
    const read = await readLine(networks, image, line, budget);
    if (read.text === '' || read.confidence < LEAST_CONFIDENCE) continue;
    lines.push({ ...read, ...placeOf(line, read.turns, image) });
  }
  return lines;
};
