import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraSending, cameraSize, screenSending } from "../src/media/capture";
import { reading } from "../src/media/quality";
import { WhepViewer } from "../src/media/whep";
import { encodings } from "../src/media/whip";
import { GRACE, type Page, watchLooking, wishOf } from "../src/media/wish";
import { FakeClock, settle } from "./fakes";

class FakePage implements Page {
  hidden = false;
  readonly #heard = new Set<() => void>();

  addEventListener(_: "visibilitychange", heard: () => void): void {
    this.#heard.add(heard);
  }

  removeEventListener(_: "visibilitychange", heard: () => void): void {
    this.#heard.delete(heard);
  }

  turn(hidden: boolean): void {
    this.hidden = hidden;
    for (const heard of this.#heard) heard();
  }

  get listeners(): number {
    return this.#heard.size;
  }
}

void test("a hidden page wants no picture, data saver a small one, else what was chosen", () => {
  assert.equal(wishOf({ choice: "high", saver: true, hidden: true }), "off");
  assert.equal(wishOf({ choice: "sound", saver: false, hidden: false }), "off");
  assert.equal(wishOf({ choice: "high", saver: true, hidden: false }), "low");
  assert.equal(wishOf({ choice: "high", saver: false, hidden: false }), "high");
  assert.equal(wishOf({ choice: "auto", saver: false, hidden: false }), "auto");
});

void test("a glance elsewhere changes nothing, a long one does, the return at once", async () => {
  const page = new FakePage();
  const clock = new FakeClock();
  const told: boolean[] = [];
  const stop = watchLooking(page, clock, (hidden) => told.push(hidden));
  page.turn(true);
  await clock.pass(GRACE - 1);
  page.turn(false);
  await clock.pass(GRACE * 2);
  assert.deepEqual(told, []);
  page.turn(true);
  await clock.pass(GRACE);
  assert.deepEqual(told, [true]);
  page.turn(false);
  assert.deepEqual(told, [true, false]);
  page.turn(true);
  stop();
  await clock.pass(GRACE * 2);
  assert.deepEqual(told, [true, false]);
  assert.equal(page.listeners, 0);
});

void test("a page that is opened in the background counts as hidden after a while", async () => {
  const page = new FakePage();
  page.hidden = true;
  const clock = new FakeClock();
  const told: boolean[] = [];
  watchLooking(page, clock, (hidden) => told.push(hidden));
  await clock.pass(GRACE);
  assert.deepEqual(told, [true]);
});

const DESK = { cores: 8, mobile: false };

void test("the camera is sent in as many sizes as the machine can bear, smallest first", () => {
  assert.equal(cameraSize("normal", DESK).height, 720);
  assert.equal(cameraSize("normal", { cores: 8, mobile: true }).height, 360);
  assert.equal(cameraSize("normal", { cores: 2, mobile: false }).height, 360);
  assert.equal(cameraSize("test", DESK).height, 180);
  const large = encodings(cameraSending("normal", DESK));
  assert.deepEqual(large.map((one) => one.scaleResolutionDownBy), [4, 2, 1]);
  assert.deepEqual(large.map((one) => one.rid), ["l", "m", "h"]);
  const rates = large.map((one) => one.maxBitrate ?? 0);
  assert.deepEqual(rates, [...rates].sort((a, b) => a - b));
  assert.equal(encodings(cameraSending("normal", { cores: 2, mobile: true })).length, 2);
  assert.equal(encodings(cameraSending("layers", DESK)).length, 2);
});

void test("the screen and the tiny test picture are one layer, which needs no name", () => {
  for (const sending of [screenSending("normal"), cameraSending("test", DESK)]) {
    const [only, ...rest] = encodings(sending);
    assert.deepEqual(rest, []);
    assert.equal(only?.rid, undefined);
    assert.equal(only?.scaleResolutionDownBy, undefined);
  }
  assert.equal(screenSending("normal").hint, "detail");
});

void test("layers are counted as one picture", () => {
  const row = { type: "outbound-rtp", packetsSent: 10, bytesSent: 100 };
  const found = reading([{ ...row, framesEncoded: 20 }, { ...row, framesEncoded: 30 }], 0);
  assert.equal(found.frames, 30);
  assert.equal(found.bytes, 200);
});

class QuietPeer {
  connectionState = "new";
  localDescription = { sdp: "" };
  addTransceiver(): void {}
  createOffer = (): Promise<object> => Promise.resolve({});
  setLocalDescription = (): Promise<void> => Promise.resolve();
  setRemoteDescription = (): Promise<void> => Promise.resolve();
  getTransceivers = (): readonly object[] => [];
  close(): void {}
}

/** A viewer whose wishes are answered by `answer`; what it said. */
function viewing(answer: () => Promise<Response>): {
  viewer: WhepViewer;
  said: [string, string][];
  clock: FakeClock;
} {
  Object.assign(globalThis, { MediaStream: class {} });
  const said: [string, string][] = [];
  const clock = new FakeClock();
  const viewer = new WhepViewer({
    url: "http://h/media/whep/K/camera",
    token: () => Promise.resolve("tok"),
    onStatus: () => undefined,
    onStream: () => undefined,
    audio: true,
    video: true,
    clock,
    network: () => () => undefined,
    peer: () => new QuietPeer() as unknown as RTCPeerConnection,
    fetch: (input, init) => {
      const url = String(input);
      if (init?.method === "DELETE") return Promise.resolve(new Response());
      if (!url.endsWith("/layer")) {
        return Promise.resolve(
          new Response("", { status: 201, headers: { Location: "/media/session/s1" } }),
        );
      }
      const body = typeof init?.body === "string" ? init.body : "";
      said.push([url, (JSON.parse(body) as { video: string }).video]);
      return answer();
    },
  });
  return { viewer, said, clock };
}

void test("says what is wanted on the session's own resource, and only what is new", async () => {
  const { viewer, said } = viewing(() => Promise.resolve(new Response("{}")));
  viewer.choose("low");
  assert.deepEqual(said, [], "there is no session yet");
  viewer.start();
  await settle();
  assert.deepEqual(said, [["http://h/media/session/s1/layer", "low"]]);
  viewer.choose("low");
  await settle();
  assert.equal(said.length, 1);
  viewer.choose("off");
  viewer.choose("high");
  await settle();
  assert.equal(said.at(-1)?.[1], "high");
  viewer.stop();
});

void test("the last word arrives last, however slow the answers are", async () => {
  const waiting: (() => void)[] = [];
  const { viewer, said } = viewing(
    () => new Promise((done) => waiting.push(() => done(new Response("{}")))),
  );
  viewer.start();
  await settle();
  viewer.choose("off");
  await settle();
  viewer.choose("low");
  viewer.choose("high");
  await settle();
  assert.deepEqual(said.map(([, video]) => video), ["off"]);
  waiting.shift()?.();
  await settle();
  assert.deepEqual(said.map(([, video]) => video), ["off", "high"]);
  waiting.shift()?.();
  viewer.stop();
});

void test("a wish that the network lost is said once more", async () => {
  let down = true;
  const { viewer, said, clock } = viewing(() =>
    down ? Promise.reject(new Error("network")) : Promise.resolve(new Response("{}")),
  );
  viewer.start();
  await settle();
  viewer.choose("low");
  await settle();
  down = false;
  await clock.pass(2_500);
  await settle();
  assert.deepEqual(said.map(([, video]) => video), ["low", "low"]);
  viewer.stop();
});
