import assert from "node:assert/strict";
import { test } from "node:test";

import type { QuestionState } from "../src/protocol.gen";
import { inOrder } from "../src/room/questions";
import { isOwn } from "../src/room/state";
import { room } from "./fakes";

const host = { ...room().lecturer };

function asked(id: number, change: Partial<QuestionState> = {}): QuestionState {
  return {
    id,
    author: host,
    text: `${id}?`,
    at: id,
    votes: 0,
    mine: false,
    phase: "waiting",
    answer: "",
    answered_at: null,
    into: null,
    united_by: null,
    flagged: false,
    aside: null,
    ...change,
  };
}

function order(questions: readonly QuestionState[], sort?: "votes" | "time"): readonly number[] {
  return inOrder(questions, sort).map((one) => one.id);
}

void test("the reader chooses votes or the newest; what is being answered stays in front", () => {
  const all = [
    asked(1, { votes: 3 }),
    asked(2),
    asked(3, { votes: 5 }),
    asked(4, { phase: "answering" }),
    asked(5, { phase: "answered" }),
  ];
  assert.deepEqual(order(all), [4, 3, 1, 2, 5]);
  assert.deepEqual(order(all, "time"), [4, 3, 2, 1, 5]);
});

void test("what is marked for the lecturer comes before votes", () => {
  assert.deepEqual(order([asked(1, { votes: 9 }), asked(2, { flagged: true })]), [2, 1]);
});

void test("a united question stands below the other, and alone when that is not here", () => {
  const united = asked(2, { phase: "merged", into: 1, united_by: host });
  assert.deepEqual(order([asked(1), united]), [1]);
  assert.deepEqual(order([united]), [2]);
});

void test("a question without a name is known by who asked it", () => {
  const nameless = asked(7, { author: { ...host, id: 0, name: "" } });
  assert.equal(isOwn(room(), nameless), false);
  assert.equal(isOwn(room({ asked: [7] }), nameless), true);
});
