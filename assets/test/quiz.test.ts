import assert from "node:assert/strict";
import { test } from "node:test";

import { Countdown, left } from "../src/quiz/countdown";
import { type Answers, type Outcome, PAUSE, Saver } from "../src/quiz/saver";

const SAVED: Outcome = { kind: "saved", seconds: null };

/** A server that answers when the test says so, and a clock that stands until then. */
class Bench {
  readonly sent: [number, Answers][] = [];
  readonly marks: string[] = [];
  wait: { ms: number; then: () => void } | null = null;
  answer: (outcome: Outcome) => void = () => {
    throw new Error("nothing was sent");
  };
  readonly saver = new Saver(
    {
      send: (number, answers) => {
        this.sent.push([number, answers]);
        return new Promise((resolve) => {
          this.answer = resolve;
        });
      },
      after: (ms, then) => {
        const mine = { ms, then };
        this.wait = mine;
        return () => {
          if (this.wait === mine) this.wait = null;
        };
      },
      mark: (mark) => this.marks.push(mark),
    },
    4,
  );

  pass(): number {
    const due = this.wait;
    assert.ok(due, "nothing waits");
    this.wait = null;
    due.then();
    return due.ms;
  }

  async answered(outcome: Outcome): Promise<void> {
    this.answer(outcome);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

void test("changes close together are one saving, above every earlier number", async () => {
  const bench = new Bench();
  bench.saver.change({ 0: 1 });
  bench.saver.change({ 0: 1, 1: "阀" });
  assert.equal(bench.pass(), PAUSE);
  assert.deepEqual(bench.sent, [[5, { 0: 1, 1: "阀" }]]);
  await bench.answered(SAVED);
  assert.deepEqual(bench.marks, ["saving", "saved"]);
  assert.equal(bench.wait, null);
});

void test("what changes while a saving is on its way is saved after it", async () => {
  const bench = new Bench();
  bench.saver.change({ 0: 1 });
  bench.pass();
  bench.saver.change({ 0: 2 });
  assert.equal(bench.sent.length, 1);
  await bench.answered(SAVED);
  bench.pass();
  assert.deepEqual(bench.sent.at(-1), [6, { 0: 2 }]);
});

void test("a failure is tried again, later each time, with the newest answers", async () => {
  const bench = new Bench();
  bench.saver.change({ 0: 1 });
  bench.pass();
  await bench.answered({ kind: "failed" });
  assert.equal(bench.pass(), 2_000);
  bench.saver.change({ 0: 3 });
  await bench.answered({ kind: "failed" });
  const waits = [bench.pass()];
  assert.deepEqual(bench.sent.at(-1), [7, { 0: 3 }]);
  for (let n = 0; n < 5; n += 1) {
    await bench.answered({ kind: "failed" });
    waits.push(bench.pass());
  }
  assert.deepEqual(waits, [4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  await bench.answered(SAVED);
  assert.equal(bench.marks.at(-1), "saved");
});

void test("a refusal ends it", async () => {
  const bench = new Bench();
  bench.saver.change({ 0: 1 });
  bench.pass();
  await bench.answered({ kind: "refused", code: "stale", message: "…" });
  bench.saver.change({ 0: 2 });
  bench.saver.flush();
  assert.equal(bench.wait, null);
  assert.equal(bench.sent.length, 1);
  assert.equal(bench.marks.at(-1), "stopped");
});

void test("a page that goes away sends what waits, and only that", () => {
  const bench = new Bench();
  bench.saver.flush();
  assert.equal(bench.sent.length, 0);
  bench.saver.change({ 2: [0, 1] });
  bench.saver.flush();
  assert.deepEqual(bench.sent, [[5, { 2: [0, 1] }]]);
  assert.equal(bench.wait, null);
});

void test("the time left is written with whole seconds", () => {
  assert.equal(left(299.2), "05:00");
  assert.equal(left(3909), "1:05:09");
  assert.equal(left(-3), "00:00");
});

void test("the countdown follows the server and not the page's clock", () => {
  const countdown = new Countdown(600, 1000);
  assert.equal(countdown.seconds(61_000), 540);
  countdown.correct(541, 61_000);
  assert.equal(countdown.seconds(61_000), 540);
  countdown.correct(500, 61_000);
  assert.equal(countdown.seconds(61_000), 500);
  countdown.correct(900, 61_000);
  assert.equal(countdown.seconds(61_000), 900);
  assert.equal(countdown.seconds(10_000_000), 0);
});

void test("ten, five and one minute are said once each", () => {
  const countdown = new Countdown(20 * 60, 0);
  const said: number[] = [];
  for (let now = 0; now <= 20 * 60_000; now += 500) {
    const minutes = countdown.say(now);
    if (minutes !== null) said.push(minutes);
  }
  assert.deepEqual(said, [10, 5, 1]);
  assert.equal(new Countdown(3 * 60, 0).say(0), null);
});
