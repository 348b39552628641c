import assert from "node:assert/strict";
import { test } from "node:test";

import type { WhisperLetter, WhisperThread } from "../src/protocol.gen";
import { BoxRefused, fetchBox, newestUnread, otherName, stateOf } from "../src/whisper/box";
import { recipient } from "../src/whisper/compose";
import { w } from "../src/whisper/words";
import { enWhisper } from "../src/words/en-whisper";
import { zhWhisper } from "../src/words/zh-whisper";
import { speak } from "./speak";

const HOST = { id: 1, name: "郭建业", latin: "Guo Jianye", role: "host", unit: "", unit_en: "" } as const;

function letter(id: number, more: Partial<WhisperLetter> = {}): WhisperLetter {
  return { id, mine: false, text: "…", at: id, read_at: null, withdrawn: false, ...more };
}

function thread(more: Partial<WhisperThread> = {}): WhisperThread {
  return {
    id: 5,
    handle: "h5",
    mine: true,
    anonymous: false,
    other: HOST,
    unit: "",
    unit_en: "",
    unread: 0,
    read: false,
    answered: false,
    blocked: false,
    hold: "none",
    opened_by: [],
    reason: "",
    changed: 0,
    expires_at: 0,
    letters: [],
    ...more,
  };
}

const answering = (status: number, body: unknown): typeof fetch =>
  (() => Promise.resolve(new Response(JSON.stringify(body), { status }))) as typeof fetch;

void test("what was read is told once, up to the newest letter of the other side", () => {
  assert.equal(newestUnread(thread()), null);
  const letters = [letter(1, { read_at: 3 }), letter(2), letter(3), letter(4, { mine: true })];
  assert.equal(newestUnread(thread({ letters })), 3);
  assert.equal(newestUnread(thread({ letters: [letter(6, { withdrawn: true })] })), null);
});

void test("how far a thread has come", () => {
  assert.deepEqual(stateOf(thread()), { key: "sent", ok: false });
  assert.deepEqual(stateOf(thread({ read: true })), { key: "read", ok: false });
  assert.deepEqual(stateOf(thread({ read: true, answered: true })), { key: "answered", ok: true });
});

void test("who has no name has none in either language", () => {
  speak("en");
  assert.equal(otherName(thread({ other: null })), "Anonymous member");
  assert.equal(otherName(thread()), "Guo Jianye");
  speak("zh-Hans");
  assert.equal(otherName(thread({ other: null })), "匿名学员");
});

void test("a letter goes to the lecturer unless somebody else is chosen", () => {
  const helper = { ...HOST, id: 2, role: "assistant" } as const;
  const box = {
    recipients: [HOST, helper],
    anonymous: true,
    unit: false,
    crowd: 10,
    days: 90,
    open: true,
    threads: [],
    more: false,
  };
  const letter = { to: 0, anonymous: false, unit: false };
  assert.equal(recipient(box, letter)?.id, 1);
  assert.equal(recipient(box, { ...letter, to: 2 })?.id, 2);
  assert.equal(recipient(box, { ...letter, to: 99 })?.id, 1);
  assert.equal(recipient({ ...box, recipients: [] }, letter), undefined);
});

void test("a refusal has a sentence, a cut line has none", async () => {
  await assert.rejects(
    fetchBox("/box.json", "", answering(403, { code: "whisper_off", message: "off" })),
    (reason: unknown) => reason instanceof BoxRefused && reason.message === "off",
  );
  await assert.rejects(fetchBox("/box.json", "", answering(502, {})), (reason: unknown) => reason instanceof TypeError);
  const asked: string[] = [];
  const get = ((url: string) => {
    asked.push(url);
    return Promise.resolve(new Response("{}"));
  }) as typeof fetch;
  await fetchBox("/box.json", "", get);
  await fetchBox("/box.json", "abc", get);
  assert.deepEqual(asked, ["/box.json", "/box.json?thread=abc"]);
});

void test("the words of whispers, in both languages", () => {
  const holes = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();
  for (const key of Object.keys(zhWhisper) as (keyof typeof zhWhisper)[]) {
    assert.equal(holes(enWhisper[key]), holes(zhWhisper[key]), key);
    assert.ok(!/[!\p{Script=Han}]/u.test(enWhisper[key]), key);
    assert.ok(!/用户|[!！]|[\p{Script=Han}][,;:?]/u.test(zhWhisper[key]), key);
  }
  speak("zh-Hans");
  assert.equal(w("send", { name: "郭建业" }), "发送给郭建业");
});
