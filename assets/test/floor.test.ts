import assert from "node:assert/strict";
import { test } from "node:test";

import type { SpeakersOptions } from "../src/media/speakers";
import type { LayerWish } from "../src/media/wish";
import type { SpeakerState } from "../src/protocol.gen";
import { Floor, type FloorViewer } from "../src/room/floor";
import { room, settle } from "./fakes";

/** An element whose `play` the browser refuses as long as `refuse` says so. */
class FakeAudio {
  static refuse = false;
  autoplay = false;
  srcObject: unknown = null;
  readonly dataset: Record<string, string> = {};

  play(): Promise<void> {
    if (!FakeAudio.refuse) return Promise.resolve();
    return Promise.reject(Object.assign(new Error("touch first"), { name: "NotAllowedError" }));
  }
}

const page = Object.assign(new EventTarget(), { readyState: "complete" });
Object.assign(globalThis, {
  Audio: FakeAudio,
  document: page,
  MediaStream: class {
    constructor(readonly tracks: readonly unknown[] = []) {}
  },
});

class FakeViewer implements FloorViewer {
  readonly wishes: LayerWish[] = [];
  started = 0;
  stopped = 0;
  hurried = 0;
  readonly seen = null;

  constructor(readonly options: SpeakersOptions) {}

  start(): void {
    this.started += 1;
  }
  stop(): void {
    this.stopped += 1;
    this.options.onTracks([], null);
  }
  choose(wish: LayerWish): void {
    this.wishes.push(wish);
  }
  hurry(): void {
    this.hurried += 1;
  }
  heard(): Promise<ReadonlySet<number>> {
    return Promise.resolve(new Set());
  }
}

function speaker(id: number): SpeakerState {
  return { person: { ...room().lecturer, id, role: "member" }, since: 1, muted: "no" };
}

function floor() {
  const made: FakeViewer[] = [];
  const how = { audioOnly: false, wish: "auto" as LayerWish };
  const made_floor = new Floor({
    url: "/media/whep/K/speakers",
    token: () => Promise.resolve("t"),
    servers: () => [],
    audioOnly: () => how.audioOnly,
    wish: () => how.wish,
    onChange: () => undefined,
    open: (options) => {
      const viewer = new FakeViewer(options);
      made.push(viewer);
      return viewer;
    },
  });
  return { floor: made_floor, made, how };
}

void test("the floor is watched only while another one speaks and the class runs", () => {
  const { floor: own, made } = floor();
  own.follow(room());
  own.follow(room({ speakers: [speaker(2)] }));
  own.follow(room({ speakers: [speaker(3)], phase: "ended" }));
  assert.equal(made.length, 0);
  own.follow(room({ speakers: [speaker(2), speaker(3)] }));
  assert.equal(made[0]?.started, 1);
  own.follow(room());
  assert.equal(made[0]?.stopped, 1);
});

void test("what the room says of speakers ends the wait for the next attempt", () => {
  const { floor: own, made } = floor();
  const asked = room({ speakers: [speaker(3)] });
  own.follow(asked);
  assert.equal(made[0]?.hurried, 0);
  own.follow(asked);
  assert.equal(made[0]?.hurried, 1);
  assert.equal(made.length, 1, "the session is kept");
  own.stop();
});

void test("hidden, saving and small are said to the session, now and to the next one", () => {
  const { floor: own, made, how } = floor();
  const asked = room({ speakers: [speaker(3)] });
  how.wish = "low";
  own.follow(asked);
  own.choose("off");
  assert.deepEqual(made[0]?.wishes, ["low", "off"]);
  how.audioOnly = true;
  own.follow(asked);
  assert.equal(made[0]?.stopped, 1);
  assert.equal(made[1]?.options.video, false, "sound alone has no picture at all");
  own.stop();
  own.choose("auto");
  assert.deepEqual(made[1]?.wishes, ["low"]);
});

void test("a browser that wants a touch is told of, until the touch", async () => {
  const { floor: own, made } = floor();
  own.follow(room({ speakers: [speaker(3)] }));
  FakeAudio.refuse = true;
  made[0]?.options.onTracks([{} as MediaStreamTrack], null);
  await settle();
  assert.equal(own.blocked, true);
  FakeAudio.refuse = false;
  own.unlock();
  await settle();
  assert.equal(own.blocked, false);
  own.stop();
});
