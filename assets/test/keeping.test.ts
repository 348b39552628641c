import assert from "node:assert/strict";
import { test } from "node:test";

import { speak } from "./speak";
import type { ChatLine, Person, PollState } from "../src/protocol.gen";
import { recalledWords } from "../src/room/recalled";
import { BOUND, CHARS, Drafts } from "../src/room/drafts";
import { Results } from "../src/room/results";
import { FakeShelf, somePoll } from "./fakes";

void test("a draft outlives the page and is gone when it was sent", () => {
  const shelf = new FakeShelf();
  new Drafts(shelf, "k").set("answer:7", "half an answer");
  const again = new Drafts(shelf, "k");
  assert.equal(again.get("answer:7"), "half an answer");
  assert.equal(again.answering, 7);
  again.set("answer:7", "");
  assert.equal(new Drafts(shelf, "k").get("answer:7"), "");
  assert.equal(again.answering, null);
  assert.equal(again.get("chat"), "");
});

void test("drafts are bounded in number and length", () => {
  const drafts = new Drafts(new FakeShelf(), "k");
  for (let n = 0; n <= BOUND; n += 1) drafts.set(`answer:${n}`, "x".repeat(CHARS + 1));
  assert.equal(drafts.get("answer:0"), "");
  assert.equal(drafts.get(`answer:${BOUND}`).length, CHARS);
});

void test("refused words come back unless something new is being written", () => {
  const drafts = new Drafts(new FakeShelf(), "k");
  drafts.restore("chat", "refused");
  assert.equal(drafts.get("chat"), "refused");
  drafts.restore("chat", "another");
  assert.equal(drafts.get("chat"), "refused");
});

void test("broken or forbidden storage is no draft", () => {
  const shelf = new FakeShelf();
  for (const broken of ["{", "{}", '[["chat"],[1,2],null]']) {
    shelf.setItem("k", broken);
    assert.equal(new Drafts(shelf, "k").get("chat"), "");
  }
  const forbidden = {
    getItem: () => null,
    setItem: () => {
      throw new Error("quota");
    },
  };
  const drafts = new Drafts(forbidden, "k");
  drafts.set("chat", "still here");
  assert.equal(drafts.get("chat"), "still here");
});

function poll(id: number, change: Partial<PollState> = {}): PollState {
  return {
    ...somePoll(id),
    phase: "closed",
    published: true,
    counts: [],
    opened_at: id,
    ...change,
  };
}

void test("a late joiner finds the newest published result, until she puts it away", () => {
  const shelf = new FakeShelf();
  const results = new Results(shelf, "k");
  const polls = [poll(1), poll(2), poll(3, { published: false }), poll(4, { phase: "open" })];
  assert.equal(results.inFront(polls, false)?.id, 2);
  assert.equal(results.inFront(polls, true)?.id, 3, "staff also see what is only closed");
  results.putAway(2);
  assert.equal(new Results(shelf, "k").inFront(polls, false)?.id, 1);
  results.putAway(1);
  assert.equal(new Results(shelf, "k").inFront(polls, false), null);
});

void test("the result that came last is in front, also after a reload", () => {
  const shelf = new FakeShelf();
  const results = new Results(shelf, "k");
  results.putAway(1);
  results.bring(1);
  assert.equal(new Results(shelf, "k").inFront([poll(1), poll(2)], false)?.id, 1);
  shelf.setItem("k", "null");
  assert.equal(new Results(shelf, "k").inFront([poll(1), poll(2)], false)?.id, 2);
});

void test("a recalled line says who took it back", () => {
  speak("en");
  const person = (id: number, role: Person["role"]): Person => ({
    id,
    name: "田蕊",
    latin: "Tian Rui",
    role,
    unit: "",
    unit_en: "",
  });
  const author = person(2, "member");
  const line = (by: Person | null): ChatLine => ({
    id: 1,
    author,
    text: "",
    at: 0,
    recalled: true,
    recalled_by: by,
    reply_to: null,
    edited: false,
    announcement: false,
    mentions: [],
  });
  assert.equal(recalledWords(line(author), 3), "Tian Rui recalled a message");
  assert.equal(recalledWords(line(null), 3), "Tian Rui recalled a message");
  const host = line(person(1, "host"));
  assert.equal(recalledWords(host, 3), "A message by Tian Rui was removed by the lecturer");
  assert.equal(recalledWords(host, 2), "Your message was removed by the lecturer");
  const assistant = line(person(4, "assistant"));
  assert.equal(recalledWords(assistant, 3), "A message by Tian Rui was removed by the assistant");
  assert.equal(recalledWords(assistant, 2), "Your message was removed by the assistant");
});
