/** What somebody has not seen yet, live or in the replay: the stretches, and the way through. Pure. */
import type { Bounds } from "./data";

export type Stretch = readonly [number, number];

/** Shorter than this (s) nobody has missed anything: reports come in whole seconds. */
const SHORTEST = 2;

/**
 * The recorded stretches inside `bounds` without those in `covered`; all in seconds of the
 * recording, in order.
 */
export function missed(
  recorded: readonly Stretch[],
  covered: readonly Stretch[],
  bounds: Bounds,
): readonly Stretch[] {
  const found: Stretch[] = [];
  const seen = [...covered].sort((a, b) => a[0] - b[0]);
  for (const [from, to] of recorded) {
    const end = Math.min(to, bounds.end);
    let at = Math.max(from, bounds.start);
    for (const [start, stop] of seen) {
      if (stop <= at || start >= end) continue;
      if (start - at >= SHORTEST) found.push([at, start]);
      at = Math.max(at, stop);
    }
    if (end - at >= SHORTEST) found.push([at, end]);
  }
  return found;
}

/** Where to go on from `t`: `t` itself inside a stretch, else the next one; null behind the last. */
export function nextMissed(stretches: readonly Stretch[], t: number): number | null {
  const next = stretches.find(([, end]) => t < end - 0.3);
  return next ? Math.max(t, next[0]) : null;
}

/** Minutes of it all, rounded up. */
export function minutesOf(stretches: readonly Stretch[]): number {
  return Math.ceil(stretches.reduce((sum, [start, end]) => sum + end - start, 0) / 60);
}
