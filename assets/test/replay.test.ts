import assert from "node:assert/strict";
import { test } from "node:test";

import type { ChatLine, DurableEvent, Person } from "../src/protocol.gen";
import { type Answer, Log, type Piece, type Told } from "../src/replay/data";
import {
  chapters,
  clockOf,
  extent,
  lanesOf,
  moments,
  nextAfterGap,
  opening,
  pieceAt,
  Playback,
  stretches,
} from "../src/replay/timeline";

const ANN: Person = { id: 2, name: "李安", latin: "Li An", role: "member", unit: "", unit_en: "" };

function piece(number: number, track: string, start: number, duration: number): Piece {
  const [stream = "", kind = ""] = track.split("-");
  const file = `${number}-${track}`;
  return {
    file: `${file}.mp4`,
    playlist: `${file}.m3u8`,
    stream,
    kind,
    mime: `${kind}/mp4`,
    start,
    duration,
    closed: true,
  };
}

const PIECES = [
  piece(1, "camera-audio", 0.5, 50),
  piece(2, "camera-video", 1, 20),
  piece(3, "camera-audio", 80, 20),
  piece(4, "screen-video", 85, 30),
];

function said(seq: number, t: number): Told {
  const line: ChatLine = {
    id: seq,
    author: ANN,
    text: `line ${seq}`,
    at: t,
    recalled: false,
    recalled_by: null,
    edited: false,
    announcement: false,
    mentions: [],
    reply_to: null,
  };
  return { t, event: { type: "chat.posted", seq, line } };
}

const STROKE = { id: 1, tool: "pen", colour: 0, points: [1, 1, 2, 2] } as const;

/** Ten minutes of slides: shown, drawn on, turned there and back, wiped, put away. */
const SLIDES: readonly (readonly [number, DurableEvent])[] = [
  [
    10,
    {
      type: "slides.shown",
      seq: 1,
      slides: { deck: 1, folder: "f", name: "a.pdf", pages: 9, page: 1, reached: 1, downloads: false, strokes: [] },
    },
  ],
  [20, { type: "slides.drawn", seq: 2, stroke: STROKE }],
  [30, { type: "slides.turned", seq: 3, page: 4, reached: 4, strokes: [] }],
  [40, { type: "slides.turned", seq: 4, page: 1, reached: 4, strokes: [STROKE] }],
  [50, { type: "slides.erased", seq: 5, strokes: [1] }],
  [60, { type: "slides.hidden", seq: 6 }],
];

void test("a replay shows the page and the lines of each moment, in any order", () => {
  const told = SLIDES.map(([t, event]) => ({ t, event }));
  const playback = new Playback();
  const at = (t: number): string => {
    const { slides } = playback.at(told, t);
    return slides ? `${slides.page}/${slides.reached} ${slides.strokes.length}` : "-";
  };
  const expected: readonly (readonly [number, string])[] = [
    [5, "-"], [15, "1/1 0"], [25, "1/1 1"], [35, "4/4 0"], [45, "1/4 1"], [55, "1/4 0"], [65, "-"],
  ];
  for (const [t, seen] of [...expected, ...[...expected].reverse()]) assert.equal(at(t), seen, `${t}`);
});

function answer(change: Partial<Answer>): Answer {
  return {
    began: 0,
    now: 0,
    phase: "live",
    started: 0,
    ended: null,
    bounds: null,
    recording: "on",
    pieces: [],
    events: [],
    withdrawn: { lines: [], questions: [] },
    last: 0,
    more: false,
    ...change,
  };
}

void test("each track has its pieces, and each second its piece", () => {
  const lanes = lanesOf(PIECES);
  assert.deepEqual([...lanes.keys()], ["camera-audio", "camera-video", "screen-video"]);
  assert.equal(pieceAt(lanes.get("camera-audio"), 0.4), null);
  assert.equal(pieceAt(lanes.get("camera-audio"), 0.5)?.file, "1-camera-audio.mp4");
  assert.equal(pieceAt(lanes.get("camera-audio"), 50.5), null);
  assert.equal(pieceAt(lanes.get("camera-audio"), 99)?.file, "3-camera-audio.mp4");
  assert.equal(pieceAt(undefined, 1), null);
});

void test("the time line begins and ends with what was recorded", () => {
  assert.deepEqual(extent(PIECES), { start: 0.5, end: 115 });
  assert.deepEqual(extent([]), { start: 0, end: 0 });
  const bounds = { start: 10, end: 90 };
  assert.deepEqual(extent(PIECES, bounds), bounds, "what staff show of it");
  assert.deepEqual(extent(PIECES, { start: 200, end: 300 }), { start: 0.5, end: 115 });
  assert.equal(opening(PIECES, bounds), 10);
  assert.equal(opening(PIECES), 1, "at the first picture, which comes soon");
  assert.equal(opening(PIECES.filter((one) => one.stream !== "camera" || one.kind === "audio")), 0.5);
  assert.equal(opening([]), 0);
  assert.deepEqual(stretches(PIECES), [
    [0.5, 50.5],
    [80, 115],
  ]);
});

void test("only a time without anything is a gap", () => {
  assert.equal(nextAfterGap(PIECES, 30), null);
  assert.equal(nextAfterGap(PIECES, 60), 80);
  assert.equal(nextAfterGap(PIECES, 200), null);
});

void test("played forwards, backwards and forwards again the chat is that of the moment", () => {
  const told = Array.from({ length: 9 }, (_, n) => said(n + 1, (n + 1) * 10));
  const playback = new Playback();
  const lines = (t: number): number => playback.at(told, t).chat.length;
  assert.deepEqual([5, 10, 55, 20, 90, 0].map(lines), [0, 1, 5, 2, 9, 0]);
});

void test("what is recalled while the page is open disappears", () => {
  const log = new Log("/events");
  const pinned: Told = {
    t: 3,
    event: { type: "chat.pinned", seq: 3, line: (said(1, 1).event as { line: ChatLine }).line },
  };
  log.take(answer({ events: [said(1, 1), said(2, 2), pinned], last: 3 }));
  const playback = new Playback();
  assert.equal(playback.at(log.told, 5).pinned?.id, 1);
  log.take(answer({ withdrawn: { lines: [1], questions: [] }, last: 4 }));
  const state = playback.at(log.told, 5);
  assert.deepEqual(
    state.chat.map((one) => one.id),
    [2],
  );
  assert.equal(state.pinned, null);
});

void test("a replay grows until the class is over and its files are closed", () => {
  const log = new Log("/events");
  assert.equal(log.growing, true);
  log.take(answer({ phase: "ended", pieces: [{ ...PIECES[0]!, closed: false }] }));
  assert.equal(log.growing, true);
  log.take(answer({ phase: "ended", pieces: PIECES }));
  assert.equal(log.growing, false);
});

void test("a question is found where it was answered, a pause is told once", () => {
  const question = {
    id: 4,
    author: ANN,
    text: "when?",
    at: 10,
    votes: 0,
    mine: false,
    phase: "waiting",
    answer: "",
    answered_at: null,
    into: null,
    united_by: null,
    flagged: false,
    aside: null,
  } as const;
  const told: Told[] = [
    { t: -0.2, event: { type: "recording.changed", seq: 1, phase: "starting", at: 0 } },
    { t: 0, event: { type: "class.started", seq: 2, at: 0 } },
    { t: 0.4, event: { type: "recording.changed", seq: 3, phase: "on", at: 0 } },
    { t: 10, event: { type: "question.asked", seq: 4, question } },
    {
      t: 60,
      event: {
        type: "question.changed",
        seq: 5,
        question: { ...question, phase: "answering", votes: 9 },
      },
    },
    { t: 70, event: { type: "recording.changed", seq: 6, phase: "paused", at: 0 } },
    { t: 80, event: { type: "recording.changed", seq: 7, phase: "starting", at: 0 } },
    { t: 81, event: { type: "recording.changed", seq: 8, phase: "on", at: 0 } },
  ];
  const all = moments(told);
  assert.deepEqual(
    all.map((one) => [one.kind, one.t]),
    [
      ["start", 0],
      ["question", 60],
      ["pause", 70],
      ["resume", 81],
    ],
  );
  assert.equal(all[1]?.count, 9);
  assert.deepEqual(
    chapters(all).map((one) => one.kind),
    ["start", "question"],
  );
});

void test("times as a clock", () => {
  assert.deepEqual([0, 61.9, 3600, 36_061].map(clockOf), ["0:00", "1:01", "1:00:00", "10:01:01"]);
});
