import assert from "node:assert/strict";
import { test } from "node:test";

import { LOUD, moments } from "../src/media/ear";
import {
  type Alarm,
  type SenderFacts,
  SenderWatch,
  type ViewerFacts,
  ViewerWatch,
} from "../src/media/alarms";

const line = { stream: "camera", grade: "good", audio: true, video: true, watched: true } as const;
const sends: SenderFacts = {
  on: true,
  phase: "live",
  mic: true,
  hasMic: true,
  deviceMuted: false,
  voice: null,
  energy: 0.01,
  cam: true,
  hasCam: true,
  line,
  online: 5,
};
const watches: ViewerFacts = {
  staged: true,
  phase: "live",
  reason: "",
  arriving: true,
  line,
  network: true,
};

/** The alarms of so many seconds, each once and in order. */
function heard<Facts>(
  watch: { second(facts: Facts): Alarm | null },
  facts: Facts,
  change: Partial<Facts>,
  seconds = 30,
): (Alarm | null)[] {
  const found: (Alarm | null)[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const alarm = watch.second({ ...facts, ...change });
    if (found.at(-1) !== alarm) found.push(alarm);
  }
  return found;
}

const sender = (change: Partial<SenderFacts>, seconds?: number) =>
  heard(new SenderWatch(), sends, change, seconds);
const viewer = (change: Partial<ViewerFacts>, seconds?: number) =>
  heard(new ViewerWatch(), watches, change, seconds);

void test("all is well: nothing is said", () => {
  assert.deepEqual(sender({}, 600), [null]);
  assert.deepEqual(viewer({}, 600), [null]);
});

void test("muted and talking is said after three seconds of speech, and not for a cough", () => {
  const muted = { mic: false, energy: 0 };
  assert.deepEqual(sender({ ...muted, voice: 0.6 }, 2), [null]);
  assert.deepEqual(sender({ ...muted, voice: 0.6 }), [null, "muted_talking"]);
  assert.deepEqual(sender({ ...muted, voice: 0.2 }, 600), [null]);
  const watch = new SenderWatch();
  for (let turn = 0; turn < 60; turn += 1) {
    const voice = turn % 4 === 0 ? 0.6 : 0.05;
    assert.equal(watch.second({ ...sends, ...muted, voice }), null);
  }
});

void test("speech with pauses is speech", () => {
  const watch = new SenderWatch();
  const found = [0.6, 0.5, 0, 0.5, 0.6].map((voice) =>
    watch.second({ ...sends, mic: false, energy: 0, voice }),
  );
  assert.equal(found.at(-1), "muted_talking");
  assert.equal(watch.second({ ...sends, mic: true }), null, "unmuting ends it at once");
});

void test("a silent microphone is said; a lecturer who thinks is not", () => {
  assert.deepEqual(sender({ energy: 0 }), [null, "mic_silent"]);
  assert.deepEqual(sender({ energy: 0 }, 14), [null]);
  assert.deepEqual(sender({ energy: 1e-8 }, 600), [null], "the noise of a quiet room");
  assert.deepEqual(sender({ deviceMuted: true, energy: 0 }, 5), [null, "mic_silent"]);
  assert.deepEqual(sender({ energy: 0, mic: false, line: { ...line, audio: false } }, 600), [null]);
  assert.deepEqual(sender({ energy: 0, hasMic: false }, 600), [null]);
});

void test("what does not reach the server is said by kind", () => {
  assert.deepEqual(sender({ line: { ...line, audio: false } }), [null, "nobody_hears"]);
  assert.deepEqual(sender({ line: { ...line, video: false } }), [null, "nobody_sees"]);
  assert.deepEqual(sender({ line: { ...line, video: false }, cam: false }, 600), [null]);
  assert.deepEqual(sender({ line: null }, 600), [null], "unknown is not bad");
});

void test("nobody receives: only when somebody is here", () => {
  assert.deepEqual(sender({ line: { ...line, watched: false } }), [null, "nobody_gets"]);
  assert.deepEqual(sender({ line: { ...line, watched: false }, online: 0 }, 600), [null]);
});

void test("a page that does not send says nothing", () => {
  const worst = { line: { ...line, audio: false, video: false, watched: false }, energy: 0 };
  assert.deepEqual(sender({ ...worst, on: false, voice: 0.9, mic: false }, 600), [null]);
  assert.deepEqual(sender({ ...worst, phase: "waiting" }, 600), [null], "the note says it");
});

void test("nothing arrives: why", () => {
  const empty = { arriving: false };
  assert.deepEqual(viewer(empty), [null, "nothing"]);
  const paused = { ...line, audio: false, video: false };
  assert.deepEqual(viewer({ ...empty, line: paused }), [null, "lecturer_paused"]);
  assert.deepEqual(viewer({ ...empty, network: false }), [null, "no_network"]);
  const ice = { ...empty, phase: "waiting", reason: "ice" } as const;
  assert.deepEqual(viewer(ice), [null, "blocked"]);
  assert.deepEqual(viewer(empty, 5), [null], "a blink");
});

void test("no false alarm for what is known or not wanted", () => {
  assert.deepEqual(viewer({ staged: false, arriving: false }, 600), [null]);
  assert.deepEqual(viewer({ phase: "waiting", reason: "not_live", arriving: false }, 600), [null]);
  assert.deepEqual(viewer({ phase: "refused", reason: "x", arriving: false }, 600), [null]);
  assert.deepEqual(viewer({ network: false }, 600), [null], "the picture goes on");
});

void test("an alarm ends with its cause", () => {
  const watch = new ViewerWatch();
  assert.equal(heard(watch, watches, { arriving: false }).at(-1), "nothing");
  assert.equal(watch.second(watches), null);
});

void test("a voice lasts, keys do not", () => {
  const tone = (share: number): Float32Array =>
    Float32Array.from({ length: 16_384 }, (_, at) =>
      at % 4_096 < 4_096 * share ? 4 * LOUD * Math.sin(at / 5) : 0,
    );
  assert.deepEqual(moments(tone(1)), [16, 16]);
  assert.deepEqual(moments(tone(0.25)), [16, 4]);
  assert.deepEqual(moments(tone(0)), [16, 0]);
});
