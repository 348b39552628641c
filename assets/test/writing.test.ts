import assert from "node:assert/strict";
import { test } from "node:test";

import { behindAt, fitting, meantIn } from "../src/mention/program";
import type { ChatLine } from "../src/protocol.gen";
import { apply } from "../src/room/state";
import { closedWords, known, noticeOf, waitFor } from "../src/room/writing";
import { host, room } from "./fakes";
import { speak } from "./speak";

const ANN = { id: 2, name: "田蕊", latin: "Tian Rui", role: "member", unit: "", unit_en: "" } as const;
const BOB = { ...ANN, id: 3, name: "田大山", latin: "Tian Dashan" } as const;

function line(change: Partial<ChatLine> = {}): ChatLine {
  const said = { recalled: false, recalled_by: null, reply_to: null, edited: false };
  return { id: 7, author: ANN, text: "a", at: 100, ...said, announcement: false, mentions: [], ...change };
}

test("an @ asks for names, an address does not end in one", () => {
  assert.equal(behindAt("请 @田", 4), "田");
  assert.equal(behindAt("请 ＠", 3), "");
  assert.equal(behindAt("请 @田 蕊", 6), null);
  assert.equal(behindAt("no sign", 7), null);
});

test("names are found by their beginning or a part, in both languages", () => {
  assert.deepEqual(fitting([BOB, ANN], "田蕊"), [ANN]);
  assert.deepEqual(fitting([ANN, BOB], "dashan"), [BOB]);
  assert.deepEqual(fitting([ANN, BOB], "tianrui"), [ANN]);
  assert.deepEqual(fitting([ANN, BOB], "x"), []);
  assert.equal(fitting(Array.from({ length: 20 }, (_, id) => ({ ...ANN, id })), "").length, 6);
});

test("only whose name still stands there is meant", () => {
  const chosen = new Map([["田蕊", 2], ["田大山", 3]]);
  assert.deepEqual(meantIn("@田蕊 看一下", chosen), [2]);
  assert.deepEqual(meantIn("田蕊", chosen), []);
});

test("who may be meant is who is here or wrote, never oneself", () => {
  const here = room({ chat: [line(), line({ id: 8, author: BOB })], me: ANN });
  assert.deepEqual(known(here), [BOB]);
});

test("slow mode waits by the server's clock and spares the staff", () => {
  const slow = room({ me: ANN, chat: [line()], chat_rules: { slow: 30, closed: false } });
  assert.equal(waitFor(slow, false, 110.4), 20);
  assert.equal(waitFor(slow, false, 130), 0);
  assert.equal(waitFor(slow, true, 110), 0);
  assert.equal(waitFor({ ...slow, chat: [line({ author: BOB })] }, false, 110), 0);
});

test("why nothing can be written", () => {
  speak("en");
  const closed = room({ chat_rules: { slow: 0, closed: true } });
  assert.ok(/Only the lecturer/.test(closedWords(closed, false)));
  assert.equal(closedWords(closed, true), "");
  assert.ok(/muted/.test(closedWords(room({ chat_muted: true }), false)));
  assert.equal(closedWords(room(), false), "");
});

test("what is for her, or for everybody, is told", () => {
  speak("en");
  assert.equal(noticeOf(line(), 9), "");
  assert.equal(noticeOf(line({ mentions: [9] }), 9), "Tian Rui mentioned you: a");
  const all = line({ author: host, announcement: true, text: "10:30" });
  assert.ok(/^Announcement by .*: 10:30$/.test(noticeOf(all, 9)));
});

test("a changed line is changed where it is pinned too, and a recalled one is not changed", () => {
  const state = room({ chat: [line()], pinned: line() });
  const changed = apply(state, { type: "chat.edited", seq: 11, message: 7, text: "b" });
  assert.deepEqual([changed.chat[0]?.text, changed.pinned?.text, changed.pinned?.edited], ["b", "b", true]);
  const gone = apply(changed, { type: "chat.recalled", seq: 12, message: 7, by: ANN });
  assert.deepEqual([gone.chat[0]?.text, gone.chat[0]?.edited, gone.pinned], ["", false, null]);
});
