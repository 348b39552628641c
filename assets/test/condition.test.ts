import assert from "node:assert/strict";
import { test } from "node:test";

import { judge, REASONS, type Sample, sampleOf, Steady } from "../src/media/condition";
import { worthSaying, rateOf, type Report } from "../src/reception/rates";

const sample = (change: Partial<Sample> = {}): Sample => ({
  at: 1_000,
  packets: 100,
  lost: 0,
  bytes: 0,
  freezes: 0,
  energy: 0,
  roundTrip: 30,
  jitter: 5,
  limited: "none",
  relayed: false,
  width: 640,
  height: 360,
  fps: 15,
  ...change,
});
const before = sample({ at: 0, packets: 0 });
const reasons = (change: Partial<Sample>, lecturer: "good" | "fair" | "poor" | null = null) => {
  const { grade, reasons: found } = judge(before, sample(change), lecturer);
  return [grade, ...found];
};

void test("each cause has its name", () => {
  assert.deepEqual(reasons({}), ["good"]);
  assert.deepEqual(reasons({ lost: 9 }), ["fair", "loss"]);
  assert.deepEqual(reasons({ lost: 30 }), ["poor", "loss"]);
  assert.deepEqual(reasons({ roundTrip: 700 }), ["fair", "delay"]);
  assert.deepEqual(reasons({ limited: "cpu" }), ["fair", "cpu"]);
  assert.deepEqual(reasons({ limited: "bandwidth" }), ["fair", "upload"]);
  assert.deepEqual(reasons({ jitter: 140 }), ["fair", "jitter"]);
  assert.deepEqual(reasons({ freezes: 1 }), ["fair", "freeze"]);
});

void test("the lecturer's line is told apart from one's own, and first", () => {
  assert.deepEqual(reasons({}, "poor"), ["poor", "lecturer"]);
  assert.deepEqual(reasons({}, "good"), ["good"]);
  assert.deepEqual(reasons({ lost: 9, freezes: 1 }, "fair"), ["fair", "lecturer", "loss", "freeze"]);
});

void test("a relay is no fault, but explains one", () => {
  assert.deepEqual(reasons({ relayed: true }), ["good"]);
  assert.deepEqual(reasons({ relayed: true, roundTrip: 700 }), ["fair", "delay", "relay"]);
});

void test("a connection's statistics become a sample", () => {
  const found = sampleOf(
    [
      { type: "inbound-rtp", packetsReceived: 10, packetsLost: 1, bytesReceived: 500, jitter: 0.01 },
      { type: "inbound-rtp", packetsReceived: 90, freezeCount: 2, frameWidth: 640, frameHeight: 360 },
      { type: "outbound-rtp", packetsSent: 5, qualityLimitationReason: "cpu" },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.2, localCandidateId: "c" },
      { id: "c", type: "local-candidate", candidateType: "relay" },
      { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
    ],
    7,
  );
  assert.deepEqual(
    [found.packets, found.lost, found.freezes, found.jitter, found.roundTrip, found.relayed],
    [105, 1, 2, 10, 200, true],
  );
  assert.equal(found.limited, "cpu");
  assert.equal(new Set(REASONS).size, REASONS.length);
});

void test("what is shown has lasted: a bad second changes nothing, a bad line does", () => {
  const steady = new Steady();
  const bad = judge(before, sample({ lost: 30 }), null);
  const good = judge(before, sample(), null);
  for (let turn = 0; turn < 10; turn += 1) {
    steady.take(bad);
    steady.take(good);
  }
  assert.equal(steady.shown.grade, "good");
  for (let second = 0; second < 4; second += 1) steady.take(bad);
  assert.deepEqual([steady.shown.grade, ...steady.shown.reasons], ["poor", "loss"]);
  for (let second = 0; second < 7; second += 1) assert.equal(steady.take(good), false);
  assert.equal(steady.take(good), true);
  assert.deepEqual(steady.shown, { grade: "good", reasons: [] });
});

const track = {
  kind: "video",
  codec: "VP8",
  packets: 100,
  octets: 100_000,
  lost: 0,
  jitter_ms: 0,
  given_up: 0,
  keyframes: 0,
  width: 0,
  height: 0,
  fps: 0,
};
const answer = (at: number, change: Partial<typeof track>, poor = 0): Report => ({
  at,
  publishers: [
    { name: "a", stream: "camera", seconds: 1, watching: 0, tracks: [{ ...track, ...change }] },
  ],
  counts: { good: 100 - poor, fair: 0, poor },
  total: 100,
  viewers: [],
});

void test("rates are what changed between two answers of one session", () => {
  const [first, second] = [answer(10, {}), answer(14, { packets: 190, octets: 150_000, lost: 10 })];
  const one = second.publishers[0];
  assert.ok(one);
  assert.deepEqual(rateOf(first, second, one, 0), { kbps: 100, lossPercent: 10 });
  assert.equal(rateOf(null, second, one, 0), null);
  assert.equal(rateOf(second, first, one, 0), null);
});

void test("the page speaks only when the share of bad lines is another", () => {
  assert.equal(worthSaying(null, answer(1, {}, 9)), false);
  assert.equal(worthSaying(answer(1, {}, 9), answer(2, {}, 11)), false);
  assert.equal(worthSaying(answer(1, {}, 9), answer(2, {}, 14)), true);
});
