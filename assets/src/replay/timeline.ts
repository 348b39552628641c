/** The time of a replay: which piece plays when, and what was to be seen. Pure. */
import type { PollState, QuestionState, RoomState } from "../protocol.gen";
import { apply } from "../room/state";
import type { Bounds, Piece, Told } from "./data";

/** Pictures and sounds of one track, in order. */
export type Lanes = ReadonlyMap<string, readonly Piece[]>;

export function lanesOf(pieces: readonly Piece[]): Lanes {
  const lanes = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const name = `${piece.stream}-${piece.kind}`;
    const lane = lanes.get(name);
    if (lane) lane.push(piece);
    else lanes.set(name, [piece]);
  }
  return lanes;
}

/** The piece of a lane that holds second `t`. */
export function pieceAt(lane: readonly Piece[] | undefined, t: number): Piece | null {
  return lane?.findLast((one) => one.start <= t && t < one.start + one.duration) ?? null;
}

/** From the first to the last recorded second, within what is shown. */
export function extent(pieces: readonly Piece[], bounds: Bounds | null = null): Bounds {
  if (pieces.length === 0) return { start: 0, end: 0 };
  const start = Math.max(0, Math.min(...pieces.map((one) => one.start)));
  const end = Math.max(...pieces.map((one) => one.start + one.duration));
  if (!bounds || bounds.start >= end || bounds.end <= start) return { start, end };
  return { start: Math.max(start, bounds.start), end: Math.min(end, bounds.end) };
}

/** A picture that comes so soon after the first sound is waited for (s). */
const SOON = 10;

/** Where one begins: at the first picture when it follows soon, else at the first second. */
export function opening(pieces: readonly Piece[], bounds: Bounds | null = null): number {
  const { start } = extent(pieces, bounds);
  if (bounds) return start;
  const pictures = pieces.filter((one) => one.kind === "video").map((one) => one.start);
  const first = Math.min(...pictures);
  return first - start <= SOON ? Math.max(start, first) : start;
}

/** Where it goes on after a time in which nothing was recorded; null when something is there. */
export function nextAfterGap(pieces: readonly Piece[], t: number): number | null {
  if (pieces.some((one) => one.start <= t && t < one.start + one.duration)) return null;
  const later = pieces.filter((one) => one.start > t).map((one) => one.start);
  return later.length > 0 ? Math.min(...later) : null;
}

/** The stretches in which anything was recorded, joined where they touch. */
export function stretches(pieces: readonly Piece[]): readonly (readonly [number, number])[] {
  const sorted = [...pieces].sort((a, b) => a.start - b.start);
  const found: [number, number][] = [];
  for (const { start, duration } of sorted) {
    const last = found.at(-1);
    if (last && start <= last[1] + 1) last[1] = Math.max(last[1], start + duration);
    else found.push([start, start + duration]);
  }
  return found;
}

const NOBODY = { id: 0, name: "", latin: "", role: "member", unit: "", unit_en: "" } as const;

/** A room before anything happened, as a member sees it. */
export const EMPTY: RoomState = {
  room: "",
  epoch: "",
  seq: 0,
  now: 0,
  me: NOBODY,
  title: "",
  lecturer: NOBODY,
  phase: "scheduled",
  starts_at: 0,
  minutes: 0,
  started_at: null,
  ended_at: null,
  recording: "off",
  stage: [],
  lines: [],
  chat: [],
  pinned: null,
  polls: [],
  questions: [],
  asked: [],
  chat_rules: { slow: 0, closed: false },
  chat_muted: false,
    floor: "invited",
    layout: "slides",
    spotlight: null,
  silent: [],
  anonymous_questions: true,
  hands: [],
  hand_up: false,
  whispers: { unread: 0, threads: 0, changed: 0 },
  speakers: [],
  removed: [],
  admission: null,
  reports: [],
  slides: null,
  captions: [],
  presence: { online: 0, expected: 0, people: [] },
  attendance: [],
  lost: [],
  breaks: [],
  checks: 0,
  checks_asked: 0,
  check: null,
};

/** Plays the log: what a member had before her at second `t`. Going on costs only what is new. */
export class Playback {
  #state = EMPTY;
  #next = 0;
  #told: readonly Told[] = [];

  at(told: readonly Told[], t: number): RoomState {
    const before = this.#next > 0 ? told[this.#next - 1] : undefined;
    const sameStart = before === this.#told[this.#next - 1];
    if (!sameStart || (before && before.t > t)) {
      this.#state = EMPTY;
      this.#next = 0;
    }
    this.#told = told;
    for (let one = told[this.#next]; one && one.t <= t; one = told[this.#next]) {
      this.#state = apply(this.#state, one.event);
      this.#next += 1;
    }
    return this.#state;
  }
}

/** Something one may jump to. */
export interface Moment {
  readonly t: number;
  readonly kind: "start" | "poll" | "question" | "chat" | "pause" | "resume";
  readonly text: string;
  readonly author: QuestionState["author"] | null;
  /** Votes for the question, or voters of the poll as published. */
  readonly count: number;
  readonly poll: PollState | null;
  /** A question that was answered aloud. */
  readonly live: boolean;
}

function moment(t: number, kind: Moment["kind"], text = ""): Moment {
  return { t, kind, text, author: null, count: 0, poll: null, live: false };
}

/** What happened, in order: beginnings of chapters, what was asked and said. */
export function moments(told: readonly Told[]): readonly Moment[] {
  const found: Moment[] = [];
  let paused = false;
  for (const { t, event } of told) {
    switch (event.type) {
      case "class.started":
        found.push(moment(Math.max(0, t), "start"));
        break;
      case "poll.opened":
        found.push({ ...moment(t, "poll", event.poll.question), poll: published(told, event.poll) });
        break;
      case "question.asked":
        found.push(asked(t, event.question, told));
        break;
      case "chat.posted":
        found.push({ ...moment(t, "chat", event.line.text), author: event.line.author });
        break;
      case "recording.changed": {
        const stopped = event.phase === "paused" || event.phase === "disk_full";
        if (stopped) found.push(moment(t, "pause"));
        else if (paused && event.phase === "on") found.push(moment(t, "resume"));
        paused = stopped || (paused && event.phase === "starting");
        break;
      }
    }
  }
  return found.sort((a, b) => a.t - b.t);
}

function asked(t: number, question: QuestionState, told: readonly Told[]): Moment {
  let at = t;
  let newest = question;
  let live = false;
  for (const { t: when, event } of told) {
    if (event.type !== "question.changed" || event.question.id !== question.id) continue;
    // It is found where it was answered; until then where it was asked.
    if (event.question.phase === "answering") {
      at = when;
      live = true;
    }
    newest = event.question;
  }
  return {
    ...moment(at, "question", question.text),
    author: question.author,
    count: newest.votes,
    live,
  };
}

/** The poll with its result as it was shown last. */
export function published(told: readonly Told[], poll: PollState): PollState {
  let newest = poll;
  for (const { event } of told) {
    if (event.type !== "poll.published" || event.poll !== poll.id) continue;
    const { voters, counts, answers, correct, explanation } = event;
    newest = { ...poll, published: true, voters, counts, answers, correct, explanation };
  }
  return newest;
}

/** Chapters begin with the class, with a poll and with a question that is answered aloud. */
export function chapters(all: readonly Moment[]): readonly Moment[] {
  return all.filter((one) => one.kind === "start" || one.kind === "poll" || one.live);
}

/** `1:02:03`, or `2:03` below an hour. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
