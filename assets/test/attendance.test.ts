import assert from "node:assert/strict";
import { test } from "node:test";

import { countedMinutes, countedParts, lineSpan, ticks } from "../src/room/attendance";
import { room } from "./fakes";

const START = 1_000_000;
const live = (change = {}) => room({ started_at: START, starts_at: START, minutes: 90, ...change });

void test("counts whole minutes between start and now, overlaps once", () => {
  const attendance = [
    { start: START - 600, end: START + 300 },
    { start: START + 240, end: START + 360 },
    { start: START + 600, end: null },
  ];
  const there = live({ attendance });
  assert.deepEqual(countedParts(there, START + 719), [
    { start: START, end: START + 360 },
    { start: START + 600, end: START + 719 },
  ]);
  assert.equal(countedMinutes(there, START + 719), 7);
});

void test("nothing counts before the class or beyond its length", () => {
  const attendance = [{ start: START, end: null }];
  assert.equal(
    countedMinutes(room({ phase: "scheduled", started_at: null, attendance }), START + 60),
    0,
  );
  assert.equal(countedMinutes(live({ attendance }), START + 3 * 3600), 90);
  assert.equal(countedMinutes(live({ attendance, ended_at: START + 600 }), START + 9999), 10);
});

void test("the line is as long as planned, and grows in steps when the class runs over", () => {
  assert.equal(lineSpan(live(), START + 60).end, START + 5400);
  assert.equal(lineSpan(live(), START + 5401).end, START + 5700);
});

void test("times stand under their ticks", () => {
  const span = { start: START, end: START + 5400 };
  const major = ticks(span)
    .filter((one) => one.major)
    .map((one) => (one.at - START) / 60);
  assert.deepEqual(major, [0, 15, 30, 45, 60, 75, 90]);
  const odd = ticks({ start: START, end: START + 52 * 60 }).filter((one) => one.major);
  assert.deepEqual(
    odd.map((one) => (one.at - START) / 60),
    [0, 52],
  );
});
