import assert from "node:assert/strict";
import { test } from "node:test";

import { ATTEMPTS, Delayed, type DelayedView, PATIENCE, playlistUrl } from "../src/media/delayed";
import type { MediaStatus } from "../src/media/session";
import { FakeClock } from "./fakes";

const NO_WAY: MediaStatus = { phase: "waiting", reason: "ice" };

interface Seen {
  delayed: Delayed;
  clock: FakeClock;
  opened: string[];
  closed: number;
  changes: number;
}

function watched(playing = true): Seen {
  const seen = { opened: [] as string[], closed: 0, changes: 0, clock: new FakeClock() };
  const delayed = new Delayed({
    url: (stream) => `/media/hls/c/${stream}/index.m3u8`,
    token: () => Promise.resolve("t"),
    program: "/static/hls.js",
    clock: seen.clock,
    onChange: () => (seen.changes += 1),
    open: (stream): DelayedView => {
      seen.opened.push(stream);
      const element = { stream } as unknown as HTMLVideoElement;
      return { element, playing, close: () => (seen.closed += 1) };
    },
  });
  return Object.assign(seen, { delayed });
}

void test("one failure is not yet a network that blocks", () => {
  const seen = watched();
  for (let n = 1; n < ATTEMPTS; n += 1) seen.delayed.heard("camera", NO_WAY);
  assert.deepEqual(seen.opened, []);
  seen.delayed.heard("camera", { phase: "connecting", reason: "ice" });
  seen.delayed.heard("camera", NO_WAY);
  assert.deepEqual(seen.opened, ["camera"]);
  assert.equal(seen.delayed.active, true);
  assert.equal(seen.delayed.of("screen"), null);
});

void test("more failures open nothing twice", () => {
  const seen = watched();
  for (let n = 0; n < 9; n += 1) seen.delayed.heard("camera", NO_WAY);
  assert.deepEqual(seen.opened, ["camera"]);
});

void test("live media ends the delay by itself, and the counting begins anew", () => {
  const seen = watched();
  seen.delayed.heard("camera", NO_WAY);
  seen.delayed.heard("camera", NO_WAY);
  seen.delayed.heard("camera", { phase: "live", reason: "" });
  assert.equal(seen.closed, 1);
  assert.equal(seen.delayed.active, false);
  seen.delayed.heard("camera", NO_WAY);
  assert.deepEqual(seen.opened, ["camera"]);
});

void test("a lecturer who is not live, or a server that is away, is no blocked network", () => {
  const seen = watched();
  for (const reason of ["not_live", "network", "room_full", "503"]) {
    seen.delayed.heard("camera", { phase: "waiting", reason });
    seen.delayed.heard("camera", { phase: "waiting", reason });
  }
  assert.deepEqual(seen.opened, []);
});

void test("who leaves, or was refused, watches nothing late either", () => {
  for (const phase of ["idle", "refused"] as const) {
    const seen = watched();
    seen.delayed.heard("screen", NO_WAY);
    seen.delayed.heard("screen", NO_WAY);
    seen.delayed.heard("screen", { phase, reason: "" });
    assert.equal(seen.closed, 1);
    assert.equal(seen.delayed.of("screen"), null);
  }
});

void test("who changes to sound alone on a blocked network need not find out again", () => {
  const seen = watched();
  seen.delayed.heard("camera", NO_WAY);
  seen.delayed.heard("camera", NO_WAY);
  seen.delayed.heard("camera", { phase: "idle", reason: "" });
  assert.equal(seen.closed, 1);
  seen.delayed.heard("camera", { phase: "connecting", reason: "" });
  assert.deepEqual(seen.opened, ["camera", "camera"]);
  seen.delayed.heard("camera", { phase: "live", reason: "" });
  seen.delayed.heard("camera", { phase: "connecting", reason: "" });
  assert.equal(seen.opened.length, 2);
});

void test("the sound alone has a playlist of its own", () => {
  const url = "https://h/media/hls/c/camera/index.m3u8";
  assert.equal(playlistUrl(url, false), url);
  assert.equal(playlistUrl(url, true), `${url}?only=audio`);
  assert.equal(playlistUrl(`${url}?only=audio`, false, "a b+"), `${url}?only=audio&token=a+b%2B`);
});

void test("an attempt that takes long is not waited for, and what comes late ends when it succeeds", async () => {
  const seen = watched();
  seen.delayed.heard("camera", { phase: "connecting", reason: "" });
  await seen.clock.pass(PATIENCE - 1);
  assert.deepEqual(seen.opened, []);
  await seen.clock.pass(1);
  assert.deepEqual(seen.opened, ["camera"]);
  seen.delayed.heard("camera", NO_WAY);
  seen.delayed.heard("camera", { phase: "connecting", reason: "ice" });
  await seen.clock.pass(2 * PATIENCE);
  assert.deepEqual(seen.opened, ["camera"], "once");
  seen.delayed.heard("camera", { phase: "live", reason: "" });
  assert.equal(seen.closed, 1);
});

void test("who is connected in time, or is told that nobody is live, watches nothing late", async () => {
  for (const status of [
    { phase: "live", reason: "" },
    { phase: "waiting", reason: "not_live" },
    { phase: "idle", reason: "" },
  ] as const) {
    const seen = watched();
    seen.delayed.heard("camera", { phase: "connecting", reason: "" });
    seen.delayed.heard("camera", status);
    await seen.clock.pass(2 * PATIENCE);
    assert.deepEqual(seen.opened, []);
  }
});

void test("while it starts that is said, until it plays or live media come through", () => {
  const seen = watched(false);
  assert.equal(seen.delayed.starting, false);
  for (let n = 0; n < ATTEMPTS; n += 1) seen.delayed.heard("camera", NO_WAY);
  assert.deepEqual([seen.delayed.starting, seen.delayed.active], [true, false]);
  seen.delayed.heard("camera", { phase: "live", reason: "" });
  assert.equal(seen.delayed.starting, false);
  const playing = watched();
  for (let n = 0; n < ATTEMPTS; n += 1) playing.delayed.heard("camera", NO_WAY);
  assert.deepEqual([playing.delayed.starting, playing.delayed.active], [false, true]);
});
