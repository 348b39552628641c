import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import type { RoomEventMessage, RoomState } from "../src/protocol.gen";
import { apply } from "../src/room/state";

interface Story {
  readonly name: string;
  readonly snapshot: RoomState;
  readonly events: readonly RoomEventMessage[];
  readonly expected: RoomState;
}

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(process.env["WIRE_FIXTURES"] ?? "", name), "utf8")) as T;
}

const stories = fixture<readonly Story[]>("state_law.json");
const examples = fixture<readonly RoomEventMessage[]>("events.json");

for (const { name, snapshot, events, expected } of stories) {
  void test(`old snapshot + events = fresh snapshot: ${name}`, () => {
    const before = JSON.stringify(snapshot);
    const reached = events.reduce(apply, snapshot);
    assert.deepEqual(reached, expected);
    assert.equal(JSON.stringify(snapshot), before, "apply must not change what it was given");
  });
}

void test("there are stories", () => {
  assert.ok(stories.length > 10);
});

void test("every event of the wire can be applied", () => {
  const room = stories[0]?.snapshot;
  assert.ok(room);
  for (const event of examples) {
    const after = apply(room, event);
    assert.ok(after, event.type);
    if ("seq" in event && !["accepted", "resumed"].includes(event.type)) {
      assert.equal(after.seq, event.seq, event.type);
    }
  }
});

void test("an event of a newer server changes nothing", () => {
  const room = stories[0]?.snapshot;
  assert.ok(room);
  assert.equal(apply(room, { type: "slide.shown", page: 3 } as unknown as RoomEventMessage), room);
});
