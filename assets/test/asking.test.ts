import assert from "node:assert/strict";
import { test } from "node:test";

import type { PollState } from "../src/protocol.gen";
import { Asking } from "../src/replay/asking";
import type { Told } from "../src/replay/data";

function poll(id: number): PollState {
  return {
    id, kind: "single", question: `poll ${id}`, options: [{ id: id * 10, text: "a" }, { id: id * 10 + 1, text: "b" }],
    least: 1, most: 1, changeable: true, anonymous: false, seconds: null, phase: "open", published: false,
    voters: 0, counts: null, answers: null, voted: false, mine: [], my_answers: [], opened_at: null,
    deadline: null, correct: [], explanation: "", origin: null, round: 1, deck: null, page: null, place: 0,
  };
}

/** Two polls that are over, at seconds 10 and 20, and one that is open still, at 30. */
const TOLD: readonly Told[] = [
  { t: 10, event: { type: "poll.opened", seq: 1, poll: poll(1) } },
  { t: 15, event: { type: "poll.closed", seq: 2, poll: 1, voters: 3 } },
  { t: 20, event: { type: "poll.opened", seq: 3, poll: poll(2) } },
  { t: 25, event: { type: "poll.closed", seq: 4, poll: 2, voters: 3 } },
  { t: 30, event: { type: "poll.opened", seq: 5, poll: poll(3) } },
];

function asking(asks = true, bounds: { start: number; end: number } | null = null): Asking {
  const made = new Asking({ asks, answers: [] });
  made.take(TOLD, bounds);
  return made;
}

void test("a poll is due when playing comes to its time, once, and not after a jump", () => {
  const made = asking();
  assert.equal(made.due(9.8, 9.9), null);
  assert.equal(made.due(9.9, 10.1)?.id, 1);
  assert.equal(made.due(10.1, 10.3), null);
  assert.equal(made.due(2, 12), null, "a jump");
  assert.equal(made.due(10.1, 9.9), null, "backwards");
  made.keep({ poll: 1, options: [10], answers: [] });
  assert.equal(made.due(9.9, 10.1), null, "answered");
  made.skip(2);
  assert.equal(made.due(19.9, 20.1), null, "passed over");
  made.askAgain(2);
  assert.equal(made.due(19.9, 20.1)?.id, 2);
});

void test("the question stands there until she has answered it or passed it over", () => {
  const made = asking();
  assert.equal(made.current(5), null);
  assert.equal(made.current(12)?.id, 1);
  assert.equal(made.current(300)?.id, 2, "the newest that is over");
  assert.equal(made.isAsked(1), true);
  made.skip(1);
  assert.equal(made.isAsked(1), false);
  made.keep({ poll: 1, options: [11], answers: [] });
  assert.deepEqual(made.own(1)?.options, [11]);
  assert.equal(made.isAsked(1), false);
  assert.equal(made.own(2), null);
});

void test("what was answered in the class is not asked again", () => {
  const made = new Asking({ asks: true, answers: [{ poll: 1, options: [10], answers: [] }] });
  made.take(TOLD, null);
  assert.equal(made.due(9.9, 10.1), null);
  assert.deepEqual(made.own(1)?.options, [10]);
});

void test("nobody is asked what is open, what is not shown, or what she asked herself", () => {
  assert.equal(asking().due(29.9, 30.1), null, "open: it is answered in the class");
  assert.equal(asking(true, { start: 15, end: 60 }).due(9.9, 10.1), null, "cut off");
  assert.equal(asking(true, { start: 15, end: 60 }).due(19.9, 20.1)?.id, 2);
  assert.equal(asking(false).due(9.9, 10.1), null, "holds the class");
  assert.equal(asking(false).current(12), null);
});
