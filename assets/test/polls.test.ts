import assert from "node:assert/strict";
import { test } from "node:test";

import {
  complete, mean, moved, pick, readBallot, roundBefore, said, secondsLeft, stored, whole,
} from "../src/room/ballot";
import { BLANK, planOf, problemOf, readDraft } from "../src/room/poll-draft";
import { somePoll } from "./fakes";

const NOTHING = { picked: [], written: [] };

void test("one choice replaces the other, several stand beside each other within bounds", () => {
  const one = somePoll();
  assert.deepEqual(pick(one, pick(one, NOTHING, 11, true), 12, true).picked, [12]);
  const several = somePoll(1, { kind: "multiple", least: 2, most: 2 });
  const first = pick(several, NOTHING, 11, true);
  assert.equal(complete(several, first), false);
  const two = pick(several, first, 13, true);
  assert.equal(complete(several, two), true);
  assert.equal(complete(several, pick(several, two, 12, true)), false);
  assert.deepEqual(pick(several, two, 11, false).picked, [13]);
});

void test("a ranking begins as asked and stops at both ends", () => {
  const poll = somePoll(1, { kind: "ranking", least: 3, most: 3 });
  const asked = stored(poll);
  assert.deepEqual(asked.picked, [11, 12, 13]);
  assert.deepEqual(moved(asked, 0, 1).picked, [12, 11, 13]);
  assert.deepEqual(moved(asked, 2, 1).picked, [11, 12, 13]);
  assert.deepEqual(moved(asked, 0, -1).picked, [11, 12, 13]);
});

void test("blank words do not count as answers", () => {
  const poll = somePoll(1, { kind: "words", options: [], most: 3 });
  const written = { picked: [], written: [" ", " 阀门 ", ""] };
  assert.deepEqual(said(written), ["阀门"]);
  assert.equal(complete(poll, written), true);
  assert.equal(complete(poll, { picked: [], written: ["  "] }), false);
});

void test("a draft of another poll, or a broken one, is none", () => {
  const poll = somePoll();
  const kept = JSON.stringify({ picked: [11], written: [] });
  assert.deepEqual(readBallot(poll, kept), { picked: [11], written: [] });
  for (const text of ["", "{", "{}", "null", '{"picked":[99],"written":[]}']) {
    assert.equal(readBallot(poll, text), null, text);
  }
  const ranking = somePoll(1, { kind: "ranking", least: 3, most: 3 });
  assert.equal(readBallot(ranking, kept), null, "a place is missing");
});

void test("the mean of a rating, and what a full bar stands for", () => {
  const counts = [1, 0, 3].map((votes, at) => ({ option: 11 + at, votes }));
  const poll = somePoll(1, { kind: "rating", counts, voters: 4 });
  assert.equal(mean(poll), "2.5");
  assert.equal(mean({ ...poll, counts: [] }), null);
  assert.equal(whole(poll), 4);
  assert.equal(whole({ ...poll, kind: "ranking" }), 8);
  assert.equal(whole(somePoll()), 1);
});

void test("a round stands beside the one before it whose bars may be seen", () => {
  const first = somePoll(1, { counts: [] });
  const second = somePoll(2, { origin: 1, round: 2 });
  const third = somePoll(3, { origin: 1, round: 3 });
  const polls = [first, second, third, somePoll(9, { counts: [] })];
  assert.equal(roundBefore(polls, third), first, "the second is not published");
  assert.equal(roundBefore(polls, first), null);
});

void test("the countdown ends at the deadline of the server", () => {
  assert.equal(secondsLeft(somePoll(), 5), null);
  const poll = somePoll(1, { deadline: 130.5 });
  assert.equal(secondsLeft(poll, 100), 31);
  assert.equal(secondsLeft({ ...poll, seconds: 30 }, 100), 30, "never more than was given");
  assert.equal(secondsLeft(poll, 131), 0);
});

void test("what a poll lacks before it can be asked", () => {
  const draft = { ...BLANK, question: "?", options: ["a", " ", "b"] };
  assert.equal(problemOf(BLANK), "poll.need_question");
  assert.equal(problemOf(draft), null);
  assert.equal(problemOf({ ...draft, options: ["a", " "] }), "poll.need_options");
  assert.equal(problemOf({ ...draft, options: ["a", "a "] }), "poll.need_different");
  assert.equal(problemOf({ ...draft, kind: "quiz" }), "poll.need_correct");
  assert.equal(problemOf({ ...draft, kind: "multiple", least: 3 }), "poll.need_bounds");
  assert.equal(problemOf({ ...BLANK, question: "?", kind: "words" }), null);
});

void test("right answers keep their place when empty choices are left out", () => {
  const draft = { ...BLANK, kind: "quiz" as const, question: "?", options: ["", "a", "b"] };
  const plan = planOf({ ...draft, correct: [0, 2], explanation: " why " }, true);
  assert.deepEqual([plan.options, plan.correct, plan.explanation], [["a", "b"], [1], "why"]);
});

void test("each kind asks for what the server expects of it", () => {
  const draft = { ...BLANK, question: "?", options: ["a", "b"], seconds: 30 };
  const plan = (kind: typeof draft.kind, more = {}) => planOf({ ...draft, kind, ...more }, false);
  assert.deepEqual(plan("rating").options, ["1", "2", "3", "4", "5"]);
  assert.equal(plan("rating", { points: 10 }).options?.length, 10);
  assert.deepEqual(plan("truefalse", { right: 1 }).correct, [1]);
  assert.deepEqual(plan("truefalse").correct, []);
  assert.deepEqual([plan("words").options, plan("words").most], [[], 3]);
  assert.equal(plan("multiple").most, 2);
  assert.equal(plan("single").most, 1);
  assert.deepEqual([plan("text").seconds, plan("text", { seconds: 0 }).seconds], [30, null]);
  assert.equal(plan("single", { anonymous: true }).changeable, false);
});

void test("a poll that was begun is taken up again, a broken one is begun anew", () => {
  const kept = { ...BLANK, kind: "quiz" as const, question: "?", options: ["a", "b"], correct: [1] };
  assert.deepEqual(readDraft(JSON.stringify(kept)), kept);
  for (const text of ["", "{", "[]", '{"options":3,"kind":7}']) {
    assert.deepEqual(readDraft(text), BLANK, text);
  }
  assert.equal(readDraft('{"kind":"other","options":["a","b"]}').kind, "single");
});
