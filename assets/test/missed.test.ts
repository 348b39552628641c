/** What was missed of a class, and the way through it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { minutesOf, missed, nextMissed } from "../src/replay/missed";

const ALL = { start: 0, end: 1000 };

test("what was recorded, shown and not seen is missed", () => {
  assert.deepEqual(missed([[0, 100]], [[20, 40], [60, 80]], ALL), [[0, 20], [40, 60], [80, 100]]);
  assert.deepEqual(missed([[0, 100], [150, 200]], [[90, 160]], ALL), [[0, 90], [160, 200]]);
  assert.deepEqual(missed([[0, 100]], [[0, 50]], { start: 30, end: 70 }), [[50, 70]]);
  assert.deepEqual(missed([[0, 100]], [[0, 100]], ALL), []);
  assert.deepEqual(missed([], [], ALL), []);
});

test("covered stretches may come in any order, and seconds between them are nothing", () => {
  assert.deepEqual(missed([[0, 100]], [[51, 99], [0, 50]], ALL), []);
});

test("it goes on in the next stretch and ends behind the last", () => {
  const left = [[10, 20], [40, 50]] as const;
  assert.equal(nextMissed(left, 0), 10);
  assert.equal(nextMissed(left, 15), 15);
  assert.equal(nextMissed(left, 20), 40);
  assert.equal(nextMissed(left, 49.9), null);
  assert.equal(nextMissed([], 0), null);
});

test("minutes are rounded up", () => {
  assert.equal(minutesOf([[0, 61]]), 2);
  assert.equal(minutesOf([]), 0);
});
