import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf, convexHull, type Point, smallestRectangle } from './geometry.ts';

const size = fc.double({ min: 2, max: 500, noNaN: true });

/** Points of a rectangle of this size around (40, 60), turned by `angle` radians clockwise, with some inside. */
const turned = (width: number, height: number, angle: number): Point[] => {
  const points: Point[] = [];
  for (const along of [-0.5, -0.2, 0.1, 0.5]) {
    for (const down of [-0.5, 0, 0.3, 0.5]) {
      const [x, y] = [along * width, down * height];
      points.push({
        x: 40 + x * Math.cos(angle) - y * Math.sin(angle),
        y: 60 + x * Math.sin(angle) + y * Math.cos(angle),
      });
    }
  }
  return points;
};

describe('turned rectangles', () => {
  test('the rectangle around points of a turned rectangle is that rectangle', () => {
    const angle = fc.double({ min: -0.78, max: 0.78, noNaN: true });
    fc.assert(
      fc.property(size, size, angle, (width, height, turn) => {
        const found = smallestRectangle(convexHull(turned(width, height, turn)));
        expect(found.centre.x).toBeCloseTo(40, 4);
        expect(found.centre.y).toBeCloseTo(60, 4);
        expect(found.width).toBeCloseTo(width, 3);
        expect(found.height).toBeCloseTo(height, 3);
        expect(Math.atan2(found.across.y, found.across.x)).toBeCloseTo(turn, 4);
      }),
    );
  });

  test('every point lies inside, and no upright rectangle is smaller', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 50 }), y: fc.integer({ min: 0, max: 50 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (corners) => {
        const points = corners.flatMap(({ x, y }) => [
          { x, y },
          { x: x + 1, y },
          { x, y: y + 1 },
          { x: x + 1, y: y + 1 },
        ]);
        const { centre, across, width, height } = smallestRectangle(convexHull(points));
        for (const { x, y } of points) {
          const [dx, dy] = [x - centre.x, y - centre.y];
          expect(Math.abs(dx * across.x + dy * across.y)).toBeLessThanOrEqual(width / 2 + 1e-6);
          expect(Math.abs(dy * across.x - dx * across.y)).toBeLessThanOrEqual(height / 2 + 1e-6);
        }
        const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
        const upright = (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
        expect(width * height).toBeLessThanOrEqual(upright + 1e-6);
      }),
    );
  });

  test('bounds are the upright box around it', () => {
    const { left, top, right, bottom } = boundsOf({
      centre: { x: 10, y: 10 },
      across: { x: Math.SQRT1_2, y: Math.SQRT1_2 },
      width: 4,
      height: 2,
    });
    expect([left, top, right, bottom].map((value) => value.toFixed(3))).toEqual(['7.879', '7.879', '12.121', '12.121']);
  });
});
