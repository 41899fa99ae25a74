export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A turned rectangle. `across` is the unit vector along its width, the one of its two directions that is nearer to the horizontal, pointing
 * right; its height runs along the same turned by 90 degrees clockwise (downwards). Pixels.
 */
export interface TurnedRectangle {
  readonly centre: Point;
  readonly across: Point;
  readonly width: number;
  readonly height: number;
}

const cross = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);

/** Convex hull by Andrew's monotone chain, without points on its edges. */
export const convexHull = (points: readonly Point[]): Point[] => {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const chain = (ordered: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of ordered) {
      while (hull.length > 1 && cross(hull.at(-2)!, hull.at(-1)!, point) <= 0) hull.pop();
      hull.push(point);
    }
    hull.pop();
    return hull;
  };
  return [...chain(sorted), ...chain(sorted.reverse())];
};

/** The smallest rectangle around a convex hull of three points or more: one of its sides lies on an edge of the hull. */
export const smallestRectangle = (hull: readonly Point[]): TurnedRectangle => {
  let best: TurnedRectangle | undefined;
  hull.forEach((from, index) => {
    const to = hull[(index + 1) % hull.length]!;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length === 0) return;
    let across: Point = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
    if (Math.abs(across.y) > Math.abs(across.x)) across = { x: -across.y, y: across.x };
    if (across.x < 0) across = { x: -across.x, y: -across.y };
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { x, y } of hull) {
      const along = x * across.x + y * across.y;
      const down = y * across.x - x * across.y;
      left = Math.min(left, along);
      right = Math.max(right, along);
      top = Math.min(top, down);
      bottom = Math.max(bottom, down);
    }
    const [width, height] = [right - left, bottom - top];
    if (best !== undefined && width * height >= best.width * best.height) return;
    const [along, down] = [(left + right) / 2, (top + bottom) / 2];
    const centre = { x: along * across.x - down * across.y, y: along * across.y + down * across.x };
    best = { centre, across, width, height };
  });
  if (best === undefined) throw new RangeError('a hull needs three points that are not on one line');
  return best;
};

/** The upright rectangle around a turned one. */
export const boundsOf = ({ centre, across, width, height }: TurnedRectangle) => {
  const halfWidth = (Math.abs(across.x) * width + Math.abs(across.y) * height) / 2;
  const halfHeight = (Math.abs(across.y) * width + Math.abs(across.x) * height) / 2;
  return {
    left: centre.x - halfWidth,
    top: centre.y - halfHeight,
    right: centre.x + halfWidth,
    bottom: centre.y + halfHeight,
  };
};
