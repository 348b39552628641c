import assert from "node:assert/strict";
import { test } from "node:test";

import type { Capture, CaptureProblem } from "../src/media/capture";
import type { SpeakerState } from "../src/protocol.gen";
import { Voice } from "../src/room/voice";
import { room, settle } from "./fakes";

Object.assign(globalThis, {
  MediaStream: class {
    constructor(readonly tracks: readonly unknown[] = []) {}
  },
});

Object.defineProperty(globalThis, "navigator", {
  value: { hardwareConcurrency: 2, userAgent: "" },
  configurable: true,
});

class FakeTrack {
  enabled = true;
  stopped = false;
  onended: (() => void) | null = null;

  stop(): void {
    this.stopped = true;
  }
}

const ME: SpeakerState = { person: { ...room().lecturer, id: 2, role: "member" }, since: 1, muted: "no" };

/** `denied`: why there is no microphone; `slow`: devices come when `allow` is called. */
function voice(denied: CaptureProblem | null = null, slow = false) {
  const seen = {
    published: 0,
    stopped: 0,
    replaced: [] as unknown[],
    audio: new FakeTrack(),
    videos: [] as FakeTrack[],
    allow: (): void => undefined,
  };
  const allowed = slow ? new Promise<void>((done) => (seen.allow = done)) : Promise.resolve();
  const made = new Voice({
    url: "/media/whip/K/speaker-2",
    token: () => Promise.resolve("t"),
    servers: () => [],
    profile: "normal",
    onChange: () => undefined,
    capture: async (wanted) => {
      await allowed;
      const video = wanted.cam ? new FakeTrack() : null;
      if (video) seen.videos.push(video);
      return {
        audio: wanted.mic && !denied ? seen.audio : null,
        video,
        audioProblem: denied,
        videoProblem: null,
      } as unknown as Capture;
    },
    publisher: () => ({
      publish: () => (seen.published += 1),
      replace: (_kind, track) => {
        seen.replaced.push(track);
        return Promise.resolve();
      },
      stop: () => (seen.stopped += 1),
    }),
  });
  return { voice: made, seen };
}

void test("being asked opens nothing; yes does, and the end lets go of all", async () => {
  const { voice: own, seen } = voice();
  own.follow(room({ speakers: [ME] }));
  assert.equal(own.asked, true);
  assert.equal(seen.published, 0);
  await own.begin(true);
  assert.equal(own.on && own.mic && own.cam, true);
  assert.equal(seen.published, 1);
  own.follow(room());
  assert.equal(own.on || own.asked || own.cam, false);
  assert.equal(seen.audio.stopped && seen.videos[0]?.stopped, true);
});

void test("what is allowed after the end is let go of at once", async () => {
  const { voice: own, seen } = voice(null, true);
  own.follow(room({ speakers: [ME] }));
  const begun = own.begin(true);
  own.follow(room());
  seen.allow();
  await begun;
  assert.equal(seen.published, 0);
  assert.equal(seen.audio.stopped && seen.videos[0]?.stopped, true);
  assert.equal(own.problem, null);
});

void test("without a microphone nobody speaks, and it says why", async () => {
  const { voice: own, seen } = voice("denied");
  own.follow(room({ speakers: [ME] }));
  await own.begin(true);
  assert.equal(own.problem, "denied");
  assert.equal(own.on || own.asking, false);
  assert.equal(seen.published, 0);
  assert.equal(seen.videos[0]?.stopped, true, "the camera's lamp goes out");
});

void test("mute keeps the session, the camera goes and comes", async () => {
  const { voice: own, seen } = voice();
  own.follow(room({ speakers: [ME] }));
  await own.begin(false);
  own.toggleMic();
  assert.equal(seen.audio.enabled, false);
  await own.toggleCam();
  assert.equal(own.cam, true);
  await own.toggleCam();
  assert.equal(own.cam, false);
  assert.equal(seen.videos[0]?.stopped, true);
  assert.deepEqual(seen.replaced, [seen.videos[0], null]);
  assert.equal(seen.published, 1);
});

void test("a headset that is unplugged ends it and may be put in again", async () => {
  const { voice: own, seen } = voice();
  own.follow(room({ speakers: [ME] }));
  await own.begin(false);
  seen.audio.onended?.();
  await settle();
  assert.equal(own.on, false);
  assert.equal(own.asked, true);
  assert.equal(own.problem, "missing");
});

void test("muted by the staff: off at once, on again by herself only, and not while held", async () => {
  const { voice: own, seen } = voice();
  own.follow(room({ speakers: [ME] }));
  await own.begin(false);
  own.follow(room({ speakers: [{ ...ME, muted: "asked" }] }));
  assert.equal(own.mic || seen.audio.enabled, false);
  own.toggleMic();
  assert.equal(own.mic && seen.audio.enabled, true);
  own.follow(room({ speakers: [{ ...ME, muted: "held" }] }));
  own.toggleMic();
  assert.equal(own.mic || seen.audio.enabled, false);
  own.follow(room({ speakers: [ME] }));
  assert.equal(own.mic, false, "nobody else turns her microphone on");
  own.toggleMic();
  assert.equal(own.mic && seen.audio.enabled, true);
});
