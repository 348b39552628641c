/** Arithmetic of coverage in ticks of a tenth of a second (or pages); twin of `completion.ranges`. */

/** Begin and end, half open. */
export type Range = readonly [number, number];

/** The same parts in order, without overlaps. */
export function cover(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start >= end) continue;
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

export function length(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** What is not covered before `end`. */
export function gaps(covered: readonly Range[], end: number): Range[] {
  const found: Range[] = [];
  let reached = 0;
  for (const [start, stop] of cover(covered)) {
    if (start >= end) break;
    if (start > reached) found.push([reached, start]);
    reached = Math.max(reached, stop);
  }
  if (reached < end) found.push([reached, end]);
  return found;
}

/** What was jumped over: gaps of a second or more before the furthest part that is covered. */
export function skipped(covered: readonly Range[], shortest = 10): Range[] {
  const furthest = Math.max(0, ...covered.map(([, end]) => end));
  return gaps(covered, furthest).filter(([start, end]) => end - start >= shortest);
}
