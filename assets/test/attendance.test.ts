import assert from "node:assert/strict";
import { test } from "node:test";

import {
  baseMinutes, breakNow, countedElsewhere, countedMinutes, countedParts, explained, lineSpan, ticks,
} from "../src/room/attendance";
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

void test("a break counts for nobody and is no part of the base", () => {
  const there = live({
    attendance: [{ start: START - 60, end: null }],
    breaks: [{ id: 1, start: START + 600, until: START + 1200 }],
  });
  assert.equal(baseMinutes(there), 80);
  assert.equal(countedMinutes(there, START + 900), 10);
  assert.equal(countedMinutes(there, START + 1800), 20);
  assert.equal(countedMinutes(there, START + 9999), 80);
  assert.equal(breakNow(there, START + 900)?.id, 1);
  assert.equal(breakNow(there, START + 1200), null);
});

void test("every second is in one row, with its reason", () => {
  const there = live({
    attendance: [
      { start: START - 60, end: START + 1500 },
      { start: START + 1800, end: null },
    ],
    breaks: [{ id: 1, start: START + 600, until: START + 900 }],
    lost: [
      { start: START, end: START + 300, why: "check" },
      { start: START + 2100, end: null, why: "elsewhere" },
    ],
  });
  const rows = explained(there, START + 2400);
  assert.deepEqual(
    rows.map(({ start, end, why }) => [start - START, end - START, why]),
    [
      [-60, 0, "before"],
      [0, 300, "check"],
      [300, 600, "counted"],
      [600, 900, "break"],
      [900, 1500, "counted"],
      [1500, 1800, "away"],
      [1800, 2100, "counted"],
      [2100, 2400, "elsewhere"],
    ],
  );
  const counted = rows.filter((one) => one.why === "counted");
  const sum = counted.reduce((all, one) => all + one.end - one.start, 0);
  assert.equal(countedMinutes(there, START + 2400), Math.floor(sum / 60));
  assert.equal(countedElsewhere(there), true);
  assert.deepEqual(rows.filter((one) => one.runs).map((one) => one.why), ["elsewhere"]);
});
