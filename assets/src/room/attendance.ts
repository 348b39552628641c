/** Arithmetic of the counted line: server-timed intervals against the planned length. */
import type { Interval, RoomState } from "../protocol.gen";

/** The stretch of time the line stands for, unix seconds. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const STEP = 300;

/** The class as planned from its real start; longer, in steps of five minutes, when it runs over. */
export function lineSpan(room: RoomState, now: number): Span {
  const start = room.started_at ?? room.starts_at;
  const planned = room.minutes * 60;
  const last = room.ended_at ?? (room.phase === "live" ? now : start);
  const over = Math.ceil((last - start) / STEP) * STEP;
  return { start, end: start + Math.max(planned, over) };
}

/** Intervals cut to the time the class was live, an open one ending `now`, merged and in order. */
export function countedParts(room: RoomState, now: number): readonly Span[] {
  if (room.started_at === null) return [];
  const from = room.started_at;
  const to = Math.min(room.ended_at ?? now, now);
  const cut = room.attendance
    .map((part: Interval) => ({
      start: Math.max(part.start, from),
      end: Math.min(part.end ?? to, to),
    }))
    .filter((part) => part.end > part.start)
    .sort((a, b) => a.start - b.start);
  return merge(cut);
}

function merge(sorted: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const part of sorted) {
    const last = merged.at(-1);
    if (last && part.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, part.end) };
    } else {
      merged.push(part);
    }
  }
  return merged;
}

/** Whole minutes counted so far, truncated, never more than planned. */
export function countedMinutes(room: RoomState, now: number): number {
  const seconds = countedParts(room, now).reduce((sum, part) => sum + part.end - part.start, 0);
  return Math.min(Math.floor(seconds / 60), room.minutes);
}

export interface Tick {
  readonly at: number;
  /** A time is printed below. */
  readonly major: boolean;
}

/**
 * Ticks every five minutes (fewer on a long line). Times are printed at equal distances only, so
 * that they stand under their ticks: every quarter of an hour if that comes out even.
 */
export function ticks(span: Span): readonly Tick[] {
  const minutes = Math.round((span.end - span.start) / 60);
  const step = minutes > 240 ? 30 : minutes > 120 ? 10 : 5;
  const major = [15, 20, 10, 30, 60].find((one) => minutes % one === 0 && minutes / one <= 8);
  const found: Tick[] = [];
  for (let minute = 0; minute <= minutes; minute += step) {
    const edge = minute === 0 || minute === minutes;
    found.push({ at: span.start + minute * 60, major: major ? minute % major === 0 : edge });
  }
  if (minutes % step !== 0) found.push({ at: span.end, major: true });
  return found;
}
