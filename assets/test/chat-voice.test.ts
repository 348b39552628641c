import assert from "node:assert/strict";
import { test } from "node:test";

import { ChatVoice } from "../src/room/chat-voice";
import type { ChatVoice as How } from "../src/room/settings";
import { FakeClock } from "./fakes";
import { speak } from "./speak";

const ANN = { id: 2, name: "田蕊", latin: "Tian Rui", role: "member", unit: "", unit_en: "" } as const;
const line = (text = "hi") => ({ author: ANN, text });

function hall(how: How) {
  speak("en");
  const clock = new FakeClock();
  const said: string[] = [];
  const choice = { how };
  const voice = new ChatVoice((text) => said.push(text), clock, () => choice.how);
  return { clock, said, choice, voice };
}

void test("a hundred messages in a minute are five sentences, and none is left out", async () => {
  const { clock, said, voice } = hall("summary");
  for (let n = 0; n < 100; n += 1) {
    voice.tell(line());
    await clock.pass(600);
  }
  await clock.pass(15_000);
  assert.equal(said.length, 5);
  const total = said.reduce((sum, text) => sum + Number(/\d+$/.exec(text)?.[0]), 0);
  assert.equal(total, 100);
});

void test("the last messages of a burst are told although nobody writes any more", async () => {
  const { clock, said, voice } = hall("summary");
  voice.tell(line());
  await clock.pass(2_000);
  voice.tell(line());
  voice.tell(line());
  await clock.pass(14_000);
  assert.deepEqual(said, ["New messages: 1"]);
  await clock.pass(1_000);
  assert.deepEqual(said, ["New messages: 1", "New messages: 2"]);
});

void test("who asks for every message hears each of a calm talk and the number of a flood", async () => {
  const { clock, said, voice } = hall("all");
  voice.tell(line("first"));
  await clock.pass(5_000);
  voice.tell(line("second"));
  for (let n = 0; n < 50; n += 1) voice.tell(line());
  await clock.pass(8_000);
  voice.tell(line("last"));
  await clock.pass(0);
  assert.deepEqual(said, ["Tian Rui: first", "New messages: 51", "Tian Rui: last"]);
});

void test("a long message is cut between characters", async () => {
  const { clock, said, voice } = hall("all");
  voice.tell(line("😀".repeat(300)));
  await clock.pass(0);
  assert.equal(said[0], `Tian Rui: ${"😀".repeat(200)}…`);
});

void test("nothing is told to who switched it off, also while something waits", async () => {
  const { clock, said, choice, voice } = hall("off");
  voice.tell(line());
  await clock.pass(60_000);
  choice.how = "summary";
  voice.tell(line());
  choice.how = "off";
  await clock.pass(60_000);
  assert.deepEqual(said, []);
});
