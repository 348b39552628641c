import assert from "node:assert/strict";
import { test } from "node:test";

import { Silence } from "../src/media/silence";

/** Looks at a counter that grows where `beats` has a 1; at which looks the way was called dead. */
function deaths(beats: string): readonly number[] {
  const silence = new Silence();
  let arrived = 100;
  return [...beats].flatMap((beat, at) => {
    arrived += Number(beat);
    return silence.look(arrived) ? [at] : [];
  });
}

void test("a steady way that falls silent is dead after three looks", () => {
  assert.deepEqual(deaths("1".repeat(12) + "000"), [14]);
});

void test("one beat that is lost is no death", () => {
  assert.deepEqual(deaths("1".repeat(12) + "001".repeat(8)), []);
});

void test("it goes on being dead until something comes", () => {
  assert.deepEqual(deaths("1".repeat(12) + "000000" + "1"), [14, 17]);
});

void test("a server that reports once a second is never called dead", () => {
  assert.deepEqual(deaths("1000".repeat(20) + "0000000"), []);
});

void test("a way that was never steady is left to the browser", () => {
  assert.deepEqual(deaths("1".repeat(9) + "0000000"), []);
});
