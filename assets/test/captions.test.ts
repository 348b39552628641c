import assert from "node:assert/strict";
import { test } from "node:test";

import { standing } from "../src/captions/shown";
import { pieces, type Recognition, Speech } from "../src/captions/speech";
import type { CaptionLine } from "../src/protocol.gen";

const line = (id: number, at: number, text: string): CaptionLine => ({
  id,
  at,
  text,
  source: "typed",
});

void test("a caption stands for seven seconds, two at a time, none that was taken back", () => {
  const lines = [line(1, 0, "a"), line(2, 4, "b"), line(3, 5, ""), line(4, 6, "c")];
  assert.deepEqual(standing(lines, null, 6), ["b", "c"]);
  assert.deepEqual(standing(lines, null, 11.5), ["c"]);
  assert.deepEqual(standing(lines, null, 14), []);
});

void test("what is being said takes the second place, and is forgotten when nothing follows", () => {
  const lines = [line(1, 0, "a"), line(2, 4, "b")];
  assert.deepEqual(standing(lines, { text: "c…", at: 5 }, 6), ["b", "c…"]);
  assert.deepEqual(standing(lines, { text: "c…", at: 5 }, 10.5), ["b"]);
  assert.deepEqual(standing(lines, { text: "", at: 5 }, 6), ["a", "b"]);
});

void test("long speech is cut where a sentence ends", () => {
  assert.deepEqual(pieces(" 先关疏水阀，再停泵。然后挂牌。 ", 10), ["先关疏水阀，再停泵。", "然后挂牌。"]);
  assert.deepEqual(pieces("one two three", 8), ["one two", "three"]);
  assert.deepEqual(pieces("abcdefgh", 3), ["abc", "def", "gh"]);
  assert.deepEqual(pieces("  ", 10), []);
  assert.deepEqual(pieces("𠮷𠮷𠮷", 2), ["𠮷𠮷", "𠮷"]);
});

class FakeRecognition implements Recognition {
  static made: FakeRecognition[] = [];
  lang = "";
  continuous = false;
  interimResults = false;
  onresult: Recognition["onresult"] = null;
  onerror: Recognition["onerror"] = null;
  onend: Recognition["onend"] = null;
  running = false;

  constructor() {
    FakeRecognition.made.push(this);
  }
  start(): void {
    this.running = true;
  }
  abort(): void {
    this.running = false;
    this.onend?.();
  }
}

void test("recognition goes on after a silence, and ends for good when it is forbidden", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  FakeRecognition.made = [];
  const heard: string[] = [];
  const speech = new Speech(() => new FakeRecognition(), {
    said: (text) => heard.push(`said ${text}`),
    hint: (text) => heard.push(`hint ${text}`),
    failed: (error) => heard.push(`failed ${error}`),
  });
  speech.start("zh-CN");
  const [first] = FakeRecognition.made;
  assert.equal(first?.lang, "zh-CN");
  const result = (isFinal: boolean, transcript: string) => ({ isFinal, length: 1, 0: { transcript } });
  first?.onresult?.({ resultIndex: 0, results: { length: 2, 0: result(true, "一"), 1: result(false, "二") } });
  assert.deepEqual(heard, ["said 一", "hint 二"]);
  first?.onerror?.({ error: "no-speech" });
  first?.onend?.();
  assert.ok(speech.on);
  assert.equal(FakeRecognition.made.length, 1);
  context.mock.timers.tick(1_000);
  assert.equal(FakeRecognition.made.length, 2);
  const second = FakeRecognition.made[1];
  second?.onerror?.({ error: "not-allowed" });
  assert.equal(heard.at(-1), "failed not-allowed");
  assert.ok(!speech.on);
  context.mock.timers.tick(10_000);
  assert.equal(FakeRecognition.made.length, 2);
  assert.equal(second?.running, false);
});
