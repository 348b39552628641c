/** Waiting to be let in: asked again as often as the server says, opened once, silent when gone. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { type Standing, Waiting } from "../src/lobby/waiting";

interface Later {
  readonly run: () => void;
  readonly milliseconds: number;
}

function stand(...answers: readonly (Standing | Error)[]) {
  const shown: string[] = [];
  const later: Later[] = [];
  let opened = 0;
  let asked = 0;
  const waiting = new Waiting({
    ask: () => {
      const answer = answers[Math.min(asked++, answers.length - 1)];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer!);
    },
    show: (told) => shown.push(told.state),
    open: () => (opened += 1),
    later: (run, milliseconds) => later.push({ run, milliseconds }),
  });
  return { waiting, shown, later, opened: () => opened, asked: () => asked };
}

const told = (state: string, retry_ms: number): Standing => ({
  state,
  title: "",
  text: "",
  message: "",
  retry_ms,
});

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

test("asks again after the time the server says, and opens the class", async () => {
  const it = stand(told("lobby", 3000), told("in", 0));
  it.waiting.start();
  await settled();
  assert.deepEqual(it.shown, ["lobby"]);
  assert.equal(it.waiting.asked, true);
  assert.deepEqual(it.later.map((one) => one.milliseconds), [3000]);
  it.later[0]!.run();
  await settled();
  assert.equal(it.opened(), 1);
  assert.equal(it.waiting.asked, false, "who goes in leaves nothing behind");
  assert.equal(it.later.length, 1);
});

test("a final answer is shown and not asked about again", async () => {
  const it = stand(told("removed", 0));
  it.waiting.start();
  await settled();
  assert.deepEqual([it.shown, it.later.length, it.opened()], [["removed"], 0, 0]);
});

test("without network it tries again and shows nothing new", async () => {
  const it = stand(new TypeError("offline"), told("lobby", 3000));
  it.waiting.start();
  await settled();
  assert.deepEqual([it.shown, it.later.length], [[], 1]);
  it.later[0]!.run();
  await settled();
  assert.deepEqual(it.shown, ["lobby"]);
});

test("who has gone hears no answer, and a page that comes back asks once", async () => {
  const it = stand(told("lobby", 3000));
  it.waiting.start();
  it.waiting.stop();
  await settled();
  assert.deepEqual([it.shown, it.later.length], [[], 0]);
  it.waiting.start();
  it.waiting.start();
  await settled();
  assert.deepEqual([it.shown, it.later.length], [["lobby"], 1]);
  it.waiting.stop();
  it.later[0]!.run();
  await settled();
  assert.equal(it.asked(), 3);
});
