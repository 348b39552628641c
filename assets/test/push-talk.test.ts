import assert from "node:assert/strict";
import { test } from "node:test";

import { PushTalk } from "../src/room/push-talk";
import type { Voice } from "../src/room/voice";

class FakeElement {
  constructor(readonly pressable = false) {}
  isContentEditable = false;
  closest(what: string): FakeElement | null {
    return this.pressable && what.includes("button") ? this : null;
  }
}
class FakeInput extends FakeElement {
  type = "text";
}
Object.assign(globalThis, {
  Element: FakeElement,
  HTMLElement: FakeElement,
  HTMLInputElement: FakeInput,
  HTMLTextAreaElement: class {},
  HTMLSelectElement: class {},
});

function key(target: unknown = new FakeElement(), change: object = {}): KeyboardEvent {
  const none = { key: " ", preventDefault: () => undefined };
  return { ...none, ...change, target } as unknown as KeyboardEvent;
}

function talk(voice: Partial<Voice> = {}) {
  const own = { on: true, mic: false, muted: "no", ...voice } as Voice;
  return { own, push: new PushTalk(() => own, () => (own.mic = !own.mic)) };
}

void test("heard while the space bar is held, repeated keys change nothing", () => {
  const { own, push } = talk();
  push.down(key());
  push.down(key(undefined, { repeat: true }));
  assert.equal(own.mic, true);
  push.up(key());
  assert.equal(own.mic, false);
  push.up(key());
  assert.equal(own.mic, false);
});

void test("leaving the page ends it, and who was muted meanwhile stays muted", () => {
  const { own, push } = talk();
  push.down(key());
  push.release();
  assert.equal(own.mic, false);
  push.down(key());
  own.mic = false;
  push.up(key());
  assert.equal(own.mic, false);
});

void test("fields and buttons keep their space bar; who may not speak is not heard", () => {
  for (const target of [new FakeInput(), new FakeElement(true)]) {
    const { own, push } = talk();
    push.down(key(target));
    assert.equal(own.mic, false);
  }
  for (const voice of [{ on: false }, { muted: "held" as const }]) {
    const { own, push } = talk(voice);
    push.down(key());
    assert.equal(own.mic, false);
  }
  const { own, push } = talk({ mic: true });
  push.down(key());
  push.up(key());
  assert.equal(own.mic, true, "who is heard already stays so");
});
