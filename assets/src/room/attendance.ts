/** Arithmetic of the counted line: server-timed intervals against the planned length. */
import type { BreakSpan, Interval, LostWhy, RoomState } from "../protocol.gen";

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
export function presentParts(room: RoomState, now: number): readonly Span[] {
  if (room.started_at === null) return [];
  const from = room.started_at;
  const to = Math.min(room.ended_at ?? now, now);
  return merge(cut(room.attendance, from, to));
}

/** What of it counts: without breaks, missed checks, and what is counted in another class. */
export function countedParts(room: RoomState, now: number): readonly Span[] {
  const lost = cut(room.lost, Number.NEGATIVE_INFINITY, now);
  const away = [...breaksUntil(room, now), ...lost];
  return presentParts(room, now).flatMap((part) => without(part, away));
}

function breaksUntil(room: RoomState, now: number): readonly Span[] {
  return room.breaks.map(({ start, until }) => ({ start, end: Math.min(until, now) }));
}

function cut(parts: readonly (Interval | Span)[], from: number, to: number): readonly Span[] {
  return parts
    .map((part) => ({ start: Math.max(part.start, from), end: Math.min(part.end ?? to, to) }))
    .filter((part) => part.end > part.start)
    .sort((a, b) => a.start - b.start);
}

/** What is left of `part` when `away` is taken out of it. */
function without(part: Span, away: readonly Span[]): readonly Span[] {
  let left: readonly Span[] = [part];
  for (const gone of away) {
    left = left.flatMap(({ start, end }) =>
      [
        { start, end: Math.min(end, gone.start) },
        { start: Math.max(start, gone.end), end },
      ].filter((one) => one.end > one.start),
    );
  }
  return left;
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

function total(parts: readonly Span[]): number {
  return parts.reduce((sum, part) => sum + part.end - part.start, 0);
}

/** Whole minutes that can count: as planned, without the breaks within that time. */
export function baseMinutes(room: RoomState): number {
  const start = room.started_at ?? room.starts_at;
  const breaks = room.breaks.map((one) => ({ start: one.start, end: one.until }));
  const rest = total(cut(breaks, start, start + room.minutes * 60));
  return Math.max(0, room.minutes - Math.round(rest / 60));
}

/** Whole minutes counted so far, truncated, never more than can count. */
export function countedMinutes(room: RoomState, now: number): number {
  return Math.min(Math.floor(total(countedParts(room, now)) / 60), baseMinutes(room));
}

/** What became of a stretch of the class, for the list behind “how”. */
export interface Row extends Span {
  readonly why: "counted" | "before" | "break" | "away" | LostWhy;
  /** It goes on. */
  readonly runs: boolean;
}

/** Every second since she came, or since the class began, with what became of it, in order. */
export function explained(room: RoomState, now: number): readonly Row[] {
  if (room.started_at === null) return [];
  const from = room.started_at;
  const to = Math.min(room.ended_at ?? now, now);
  const before = merge(cut(room.attendance, Number.NEGATIVE_INFINITY, from));
  const rests = cut(breaksUntil(room, now), from, to);
  const here = presentParts(room, now).flatMap((part) => without(part, rests));
  const lost = merge(cut(room.lost, from, to)).flatMap((part) => without(part, rests));
  const away = without({ start: from, end: to }, [...here, ...rests]);
  const all: readonly [Row["why"], readonly Span[]][] = [
    ["before", before],
    ["break", rests],
    ["away", away],
    ["counted", here.flatMap((part) => without(part, lost))],
    ["check", lost.filter((part) => whyOf(room, part) === "check")],
    ["elsewhere", lost.filter((part) => whyOf(room, part) === "elsewhere")],
  ];
  const runs = (part: Span): boolean => room.phase === "live" && part.end === to;
  return all
    .flatMap(([why, parts]) => parts.map((part) => ({ ...part, why, runs: runs(part) })))
    .sort((a, b) => a.start - b.start);
}

function whyOf(room: RoomState, part: Span): LostWhy {
  return room.lost.find((one) => (one.end ?? part.end) > part.start)?.why ?? "check";
}

/** The break that runs now. */
export function breakNow(room: RoomState, now: number): BreakSpan | null {
  if (room.phase !== "live") return null;
  return room.breaks.findLast((one) => one.start <= now && now < one.until) ?? null;
}

/** She is in another class too, and counted there. */
export function countedElsewhere(room: RoomState): boolean {
  if (room.phase !== "live") return false;
  return room.lost.some((one) => one.why === "elsewhere" && one.end === null);
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
