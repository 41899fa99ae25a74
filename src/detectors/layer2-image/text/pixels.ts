import type { RgbImage } from '#engine/ports/image-sandbox.ts';
import type { FloatTensor } from '../../inference/session.ts';
import type { TurnedRectangle } from './geometry.ts';

/** How a network wants its channels, which come blue, green, red as PaddleOCR trains them: (value / 255 - mean) / deviation. */
interface Normalisation {
  readonly means: readonly [number, number, number];
  readonly deviations: readonly [number, number, number];
}

const DETECTION: Normalisation = { means: [0.485, 0.456, 0.406], deviations: [0.229, 0.224, 0.225] };
const RECOGNITION: Normalisation = { means: [0.5, 0.5, 0.5], deviations: [0.5, 0.5, 0.5] };

/** The detection network halves its input five times. */
const MULTIPLE = 32;

/** A whole picture for detection. The last row and column are repeated up to a multiple of 32 pixels. */
export const detectionInput = ({ width, height, data }: RgbImage): FloatTensor => {
  const paddedWidth = Math.ceil(width / MULTIPLE) * MULTIPLE;
  const paddedHeight = Math.ceil(height / MULTIPLE) * MULTIPLE;
  const plane = paddedWidth * paddedHeight;
  const result = new Float32Array(3 * plane);
  for (let y = 0; y < paddedHeight; y += 1) {
    const from = Math.min(y, height - 1) * width;
    for (let x = 0; x < paddedWidth; x += 1) {
      const pixel = (from + Math.min(x, width - 1)) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const value = data[pixel + 2 - channel]! / 255;
        result[channel * plane + y * paddedWidth + x] =
          (value - DETECTION.means[channel]!) / DETECTION.deviations[channel]!;
      }
    }
  }
  return { dims: [1, 3, paddedHeight, paddedWidth], data: result };
};

/** Height of a line for recognition, and the widths between which it is kept: the network was trained with 320 and reads longer ones too. */
const LINE_HEIGHT = 48;
export const NARROWEST_LINE = 320;
const WIDEST_LINE = 2_400;

/** Quarter turns clockwise that bring the line upright. */
export type Turns = 0 | 1 | 2 | 3;

/** Columns that a line takes for recognition. */
export const lineColumns = ({ width, height }: TurnedRectangle, turns: Turns): number => {
  const ratio = turns % 2 === 0 ? width / height : height / width;
  return Math.max(8, Math.min(WIDEST_LINE, Math.round(LINE_HEIGHT * ratio)));
};

/**
 * A line for recognition: upright, 48 pixels high, filled up with grey to 320 columns. Where the picture is finer than that, several of its
 * pixels make one.
 */
export const lineInput = ({ width, height, data }: RgbImage, line: TurnedRectangle, turns: Turns): FloatTensor => {
  const columns = lineColumns(line, turns);
  const padded = Math.max(NARROWEST_LINE, columns);
  const plane = LINE_HEIGHT * padded;
  const result = new Float32Array(3 * plane);
  // The line's own axes: `right` runs along the text, `down` from its top to its bottom.
  const { centre, across } = line;
  const axes = [across, { x: -across.y, y: across.x }, { x: -across.x, y: -across.y }, { x: across.y, y: -across.x }];
  // Text that was turned clockwise by a quarter reads downwards.
  const right = axes[turns]!;
  const down = axes[(turns + 1) % 4]!;
  const [long, short] = turns % 2 === 0 ? [line.width, line.height] : [line.height, line.width];
  const stepX = long / columns;
  const stepY = short / LINE_HEIGHT;
  const samplesX = Math.max(1, Math.min(8, Math.round(stepX)));
  const samplesY = Math.max(1, Math.min(8, Math.round(stepY)));
  const sums = [0, 0, 0];
  for (let row = 0; row < LINE_HEIGHT; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      sums.fill(0);
      for (let sample = 0; sample < samplesX * samplesY; sample += 1) {
        const along = (column + ((sample % samplesX) + 0.5) / samplesX) * stepX - long / 2;
        const below = (row + (Math.floor(sample / samplesX) + 0.5) / samplesY) * stepY - short / 2;
        const x = Math.min(width - 1, Math.max(0, centre.x + along * right.x + below * down.x - 0.5));
        const y = Math.min(height - 1, Math.max(0, centre.y + along * right.y + below * down.y - 0.5));
        const [left, top] = [Math.floor(x), Math.floor(y)];
        const nextX = left + 1 < width ? 3 : 0;
        const nextY = top + 1 < height ? width * 3 : 0;
        const [shareX, shareY] = [x - left, y - top];
        const pixel = (top * width + left) * 3;
        for (let channel = 0; channel < 3; channel += 1) {
          const at = pixel + 2 - channel;
          const above = data[at]! + (data[at + nextX]! - data[at]!) * shareX;
          const under = data[at + nextY]! + (data[at + nextY + nextX]! - data[at + nextY]!) * shareX;
          sums[channel]! += above + (under - above) * shareY;
        }
      }
      for (let channel = 0; channel < 3; channel += 1) {
        const value = sums[channel]! / (samplesX * samplesY) / 255;
        result[channel * plane + row * padded + column] =
          (value - RECOGNITION.means[channel]!) / RECOGNITION.deviations[channel]!;
      }
    }
  }
  return { dims: [1, 3, LINE_HEIGHT, padded], data: result };
};
