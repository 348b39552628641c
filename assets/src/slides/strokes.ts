/** Lines on a page as they are drawn. Pure. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An SVG path in a box of `STROKE_EDGE` × `STROKE_EDGE · ratio` (height by width). */
export function path(points: readonly number[], ratio: number): string {
  const parts: string[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    parts.push(`${i ? "L" : "M"}${points[i]} ${Math.round((points[i + 1] ?? 0) * ratio)}`);
  }
  // one point is a dot: a line of no length with round ends
  return parts.length === 1 ? `${parts[0]}h.1` : parts.join("");
}
