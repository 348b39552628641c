import assert from "node:assert/strict";
import { test } from "node:test";

import { cover, gaps, length, type Range, skipped } from "../src/player/cover";
import { Dwell } from "../src/player/dwell";
import { type Answer, type Entry, keyOf, MOST, Outbox, type Store } from "../src/player/outbox";
import { MOST_RANGES, Recorder } from "../src/player/recorder";

const HOUR = 36_000;

/** Plays from `at` for `seconds` in words a quarter of a second apart; the time after it. */
function play(recorder: Recorder, at: number, seconds: number, now: number, rate = 1): number {
  const steps = Math.round(seconds * 4);
  for (let step = 0; step <= steps; step += 1) {
    recorder.move(at + (step / 4) * rate, rate, now + step * 250);
  }
  return now + steps * 250;
}

void test("what plays on is one range, also over several reports", () => {
  const recorder = new Recorder(HOUR, 2);
  let now = play(recorder, 0, 15.04, 1000);
  assert.deepEqual(recorder.take(), [[0, 150]]);
  now = play(recorder, 15, 15, now);
  recorder.stop();
  assert.deepEqual(recorder.take(), [[150, 300]]);
  assert.deepEqual(recorder.take(), []);
});

void test("a seek never counts, announced or not", () => {
  const announced = new Recorder(HOUR, 2);
  let now = play(announced, 0, 10, 0);
  announced.stop();
  play(announced, 1000, 5, now + 50);
  assert.deepEqual(announced.take(), [
    [0, 100],
    [10_000, 10_050],
  ]);
  const silent = new Recorder(HOUR, 2);
  now = play(silent, 0, 10, 0);
  now = play(silent, 600, 5, now + 250);
  play(silent, 2, 1, now + 250);
  assert.deepEqual(silent.take(), [
    [0, 100],
    [6000, 6050],
    [20, 30],
  ]);
});

void test("a pause leaves no hole, a jump from it does", () => {
  const recorder = new Recorder(HOUR, 2);
  const now = play(recorder, 0, 10.04, 0);
  recorder.pause();
  assert.deepEqual(recorder.take(), [[0, 100]]);
  play(recorder, 10.2, 5, now + 600_000);
  recorder.pause();
  assert.deepEqual(recorder.take(), [[100, 152]]);
  recorder.stop();
  play(recorder, 15.35, 1, now + 900_000);
  assert.deepEqual(recorder.take(), [[154, 163]]);
});

void test("many small jumps forward add up to nothing more than was played", () => {
  const recorder = new Recorder(HOUR, 2);
  let now = 0;
  for (let jump = 0; jump < 100; jump += 1) now = play(recorder, jump * 30, 1, now) + 250;
  assert.equal(length(cover(recorder.take())), 1000);
});

void test("faster than allowed plays and does not count", () => {
  const recorder = new Recorder(HOUR, 2);
  const fast = new Recorder(HOUR, 2);
  play(fast, 0, 10, 0, 3);
  fast.pause();
  assert.deepEqual(fast.take(), [], "nor its first moments");
  let now = play(recorder, 0, 10, 0, 2);
  assert.deepEqual(recorder.take(), [[0, 200]]);
  now = play(recorder, 20, 10, now, 3);
  assert.deepEqual(recorder.take(), []);
  play(recorder, 50, 4, now, 1);
  assert.deepEqual(recorder.take(), [[500, 540]]);
});

void test("the end of a recording counts to its last tick, and nothing behind it", () => {
  const recorder = new Recorder(100, 2);
  play(recorder, 8, 1.9, 0);
  assert.deepEqual(recorder.take(), [[80, 100]]);
  play(recorder, 9.5, 3, 10_000);
  assert.deepEqual(recorder.take(), [[95, 100]]);
});

void test("a report has a bounded number of ranges", () => {
  const recorder = new Recorder(HOUR, 2);
  let now = 0;
  for (let jump = 0; jump < MOST_RANGES + 50; jump += 1) {
    now = play(recorder, jump * 5, 0.5, now) + 250;
    recorder.stop();
  }
  assert.equal(recorder.take().length, MOST_RANGES);
});

void test("gaps and covers are the whole, against a bitmap", () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 200; round += 1) {
    const ranges: Range[] = Array.from({ length: random(12) }, () => {
      const start = random(300);
      return [start, start + random(60)];
    });
    const bits = new Set<number>();
    for (const [start, end] of ranges) for (let at = start; at < end; at += 1) bits.add(at);
    const found = cover(ranges);
    assert.equal(length(found), bits.size);
    assert.equal(length(gaps(found, 400)), 400 - bits.size);
  }
  assert.deepEqual(skipped([[0, 700], [880, 1020]]), [[700, 880]]);
  assert.deepEqual(skipped([[0, 700], [705, 1020]]), []);
});

void test("a page counts once it was in view for a while", () => {
  const dwell = new Dwell();
  dwell.show(1, 0);
  dwell.tick(1500, true);
  dwell.show(2, 2000);
  for (let now = 2500; now <= 5500; now += 500) dwell.tick(now, true);
  assert.deepEqual(dwell.take(), [[1, 2]]);
  dwell.show(3, 6000);
  dwell.tick(6500, false);
  dwell.tick(90_000, true);
  assert.deepEqual(dwell.take(), []);
  dwell.tick(400_000, true);
  assert.deepEqual(dwell.take(), [], "a machine that slept showed nothing");
});

/** No second try by itself. */
const never = (): void => undefined;

class Memory implements Store {
  readonly kept = new Map<string, Entry>();
  all = (): Promise<Entry[]> => Promise.resolve([...this.kept.values()]);
  put = (entry: Entry): Promise<void> => Promise.resolve(void this.kept.set(keyOf(entry), entry));
  remove = (entry: Entry): Promise<void> => Promise.resolve(void this.kept.delete(keyOf(entry)));
}

/** A server that takes each number once, and a network that can be cut. */
class Net {
  cut = false;
  /** The report arrives and the answer is lost. */
  deaf = false;
  readonly taken = new Map<string, Entry>();
  tries = 0;
  send = (entry: Entry): Promise<Answer> => {
    this.tries += 1;
    if (this.cut) return Promise.resolve({ kind: "later" });
    if (!this.taken.has(keyOf(entry))) this.taken.set(keyOf(entry), entry);
    if (this.deaf) return Promise.resolve({ kind: "later" });
    const told = { number: entry.number, watched: [], permille: 0, open: true };
    return Promise.resolve({ kind: "taken", told });
  };
  get ranges(): Range[] {
    return [...this.taken.values()].flatMap((one) => one.played);
  }
}

void test("reports wait while the network is cut, and arrive once", async () => {
  const [store, net] = [new Memory(), new Net()];
  const box = new Outbox(store, net.send, () => undefined, never);
  await box.add("a", 1, [[0, 150]], 150);
  await box.flush();
  net.cut = true;
  for (let number = 2; number < 40; number += 1) {
    await box.add("a", number, [[(number - 1) * 150, number * 150]], number * 150);
  }
  assert.ok(box.waiting.length <= 2, "they join: one was tried, one waits");
  assert.equal(store.kept.size, box.waiting.length);
  net.cut = false;
  await box.flush();
  await box.flush();
  assert.deepEqual(cover(net.ranges), [[0, 39 * 150]]);
  assert.equal(length(net.ranges), 39 * 150, "nothing came twice");
  assert.equal(store.kept.size, 0);
});

void test("an answer that is lost makes no second report of it", async () => {
  const [store, net] = [new Memory(), new Net()];
  const box = new Outbox(store, net.send, () => undefined, never);
  net.deaf = true;
  await box.add("a", 1, [[0, 150]], 150);
  await box.flush();
  await box.add("a", 2, [[150, 300]], 300);
  net.deaf = false;
  await box.flush();
  await box.flush();
  assert.deepEqual([...net.taken.keys()], ["a 1", "a 2"]);
  assert.equal(length(net.ranges), 300);
});

void test("what a page left behind is sent by the next one", async () => {
  const [store, net] = [new Memory(), new Net()];
  await store.put({ lease: "old", number: 4, played: [[0, 10]], position: 10 });
  await store.put({ lease: "old", number: 3, played: [[50, 90]], position: 90 });
  const box = new Outbox(store, net.send, () => undefined, never);
  await box.load();
  assert.deepEqual([...net.taken.keys()], ["old 3", "old 4"]);
  assert.equal(store.kept.size, 0);
});

void test("a report that was sent by beacon is not added to", async () => {
  const [store, net] = [new Memory(), new Net()];
  net.cut = true;
  const box = new Outbox(store, net.send, () => undefined, never);
  await box.add("a", 1, [[0, 10]], 10);
  await box.flush();
  await box.add("a", 2, [[10, 20]], 20);
  box.close(box.waiting.at(-1) as Entry);
  await box.add("a", 3, [[20, 30]], 30);
  assert.deepEqual(
    box.waiting.map((one) => one.number),
    [1, 2, 3],
  );
});

void test("what waits is bounded, and a refusal does not block what follows", async () => {
  const [store, net] = [new Memory(), new Net()];
  net.cut = true;
  const box = new Outbox(store, net.send, () => undefined, never);
  for (let lease = 0; lease < MOST + 20; lease += 1) await box.add(`l${lease}`, 1, [[0, 9]], 9);
  assert.equal(box.waiting.length, MOST);
  assert.equal(store.kept.size, MOST);
  const heard: string[] = [];
  const refusing = new Outbox(
    new Memory(),
    (entry) =>
      Promise.resolve(
        entry.lease === "bad" ? { kind: "refused", code: "ticket_invalid" } : { kind: "later" },
      ),
    (entry, answer) => heard.push(`${entry.lease} ${answer.kind}`),
    never,
  );
  await refusing.add("bad", 1, [[0, 9]], 9);
  await refusing.add("good", 1, [[0, 9]], 9);
  await refusing.flush();
  assert.ok(heard.includes("bad refused"));
  assert.equal(refusing.waiting.length, 1);
});
