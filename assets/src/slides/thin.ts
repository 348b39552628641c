/** Lines on a page: from the hand to a few points. Pure. */
import { STROKE_EDGE, STROKE_NUMBERS } from "../protocol.gen";
import type { Point } from "./strokes";

/** How far a point may lie beside the line and still be left out, in units of the edge. */
const NEAR = 12;

/** Points of a hand (0 to 1) as the wire takes them: x, y, x, y, …; few, and all on the page. */
export function simplified(points: readonly Point[]): number[] {
  const whole = points.map(({ x, y }) => ({ x: onPage(x), y: onPage(y) }));
  let near = NEAR;
  let kept = thinned(whole, near);
  while (kept.length * 2 > STROKE_NUMBERS) kept = thinned(whole, (near *= 1.3));
  return kept.flatMap(({ x, y }) => [x, y]);
}

function onPage(share: number): number {
  return Math.round(Math.min(Math.max(share, 0), 1) * STROKE_EDGE);
}

/** Douglas and Peucker's rule, without recursion: a long line has many points. */
function thinned(points: readonly Point[], near: number): readonly Point[] {
  const last = points.length - 1;
  if (last < 1) return points;
  const keep = new Set([0, last]);
  const open: [number, number][] = [[0, last]];
  for (let part = open.pop(); part; part = open.pop()) {
    const [from, to] = part;
    let far = near;
    let at = -1;
    for (let i = from + 1; i < to; i += 1) {
      const off = distance(points[i] as Point, points[from] as Point, points[to] as Point);
      if (off > far) [far, at] = [off, i];
    }
    if (at < 0) continue;
    keep.add(at);
    open.push([from, at], [at, to]);
  }
  return points.filter((_, i) => keep.has(i));
}

function distance(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}
