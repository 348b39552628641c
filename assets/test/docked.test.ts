import assert from "node:assert/strict";
import { test } from "node:test";

import { type Asked, Docked, type Lines, type Memory, type Point, type Reply } from "../src/player/docked";

const ASKED: Asked = { kind: "single", text: "?", options: ["a", "b"], unit: "" };
const RIGHT: Reply = { kind: "marked", verdict: { right: true, wait: 0, explanation: "because" } };
const WRONG: Reply = { kind: "marked", verdict: { right: false, wait: 30, explanation: "" } };

function point(id: number, at: number, passed = false): Point {
  return { id, at, passed, url: `/${id}` };
}

class Desk implements Lines, Memory {
  readonly sent: string[] = [];
  readonly kept = new Map<string, string>();
  readonly alarms: (() => void)[] = [];
  reply: Reply = RIGHT;
  online = true;
  #names = 0;

  open(points: readonly Point[]): Docked {
    return new Docked(
      points,
      this,
      this,
      () => undefined,
      () => `name-${(this.#names += 1)}`,
      (act) => this.alarms.push(act),
    );
  }
  async fetch(): Promise<Asked | null> {
    return this.online ? ASKED : null;
  }
  async send(_: Point, id: string): Promise<Reply> {
    this.sent.push(id);
    return this.online ? this.reply : { kind: "later" };
  }
  get(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  set(key: string, value: string): void {
    this.kept.set(key, value);
  }
  remove(key: string): void {
    this.kept.delete(key);
  }
  async ring(): Promise<void> {
    for (const act of this.alarms.splice(0)) act();
    await rest();
  }
}

const rest = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

/** Plays in steps of a quarter of a second until a question stops it; where. */
function play(docked: Docked, from: number, to: number): number {
  for (let at = from; at <= to; at += 0.25) if (docked.moved(at, true)) return at;
  return to;
}

void test("playing stops at the question, and a right answer lets it go on", async () => {
  const desk = new Desk();
  const docked = desk.open([point(1, 30)]);
  assert.equal(play(docked, 0, 60), 30);
  await rest();
  assert.equal(docked.card?.phase, "asking");
  await docked.answer(1);
  assert.equal(docked.card?.phase, "right");
  assert.equal(docked.card?.words, "because");
  assert.ok(docked.close() >= 30);
  assert.deepEqual(docked.open, []);
  assert.equal(play(docked, 30.25, 60), 60);
});

void test("a wrong answer leads back a minute, and it is asked there again", async () => {
  const desk = new Desk();
  desk.reply = WRONG;
  const docked = desk.open([point(1, 90)]);
  play(docked, 60, 100);
  await rest();
  await docked.answer(0);
  assert.equal(docked.card?.phase, "wrong");
  assert.equal(docked.close(), 30);
  assert.equal(play(docked, 30, 100), 90);
});

void test("what was jumped over is asked at the end, and when it is played on beside it", async () => {
  const docked = new Desk().open([point(1, 10), point(2, 50)]);
  assert.equal(docked.moved(20, true), false);
  assert.equal(play(docked, 20, 60), 50);
  await rest();
  await docked.answer(0);
  docked.close();
  assert.equal(docked.due(70, false), false);
  assert.equal(docked.due(70, true), true);
  assert.equal(docked.card?.point.id, 1);
});

void test("an answer waits for the network, is sent once by one name, and outlives a reload", async () => {
  const desk = new Desk();
  const docked = desk.open([point(1, 10)]);
  play(docked, 0, 12);
  await rest();
  docked.draft(1);
  assert.equal(desk.open([point(1, 10)]).open.length, 1);
  desk.online = false;
  await docked.answer(1);
  assert.equal(docked.card?.phase, "waiting");
  docked.close();
  assert.equal(docked.due(12, true), false, "answered already, as far as she is concerned");
  const again = desk.open([point(1, 10)]);
  await rest();
  desk.online = true;
  await desk.ring();
  assert.deepEqual(new Set(desk.sent), new Set(["name-1"]));
  assert.deepEqual(again.open, []);
  assert.equal(desk.kept.size, 0);
});

void test("a question that cannot be fetched does not hold her up, and is asked for calmly", async () => {
  const desk = new Desk();
  desk.online = false;
  const docked = desk.open([point(1, 10)]);
  play(docked, 0, 12);
  await rest();
  assert.equal(docked.card?.phase, "trouble");
  assert.equal(desk.alarms.length, 1);
  desk.online = true;
  await desk.ring();
  assert.equal(docked.card?.phase, "asking");
});

void test("what was answered on another device is not asked here", () => {
  const docked = new Desk().open([point(1, 10)]);
  docked.ask(point(1, 10));
  docked.learn([point(1, 10, true)]);
  assert.equal(docked.card, null);
  assert.equal(play(docked, 0, 20), 20);
});

void test("a question that was taken out meanwhile holds nobody up", async () => {
  const desk = new Desk();
  desk.reply = { kind: "gone" };
  const docked = desk.open([point(1, 10)]);
  play(docked, 0, 12);
  await rest();
  await docked.answer(1);
  assert.equal(docked.card, null);
  assert.deepEqual(docked.open, []);
  assert.equal(desk.kept.size, 0);
});
