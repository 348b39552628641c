import assert from "node:assert/strict";
import { test } from "node:test";

import { countReached } from "../src/ui/reach";

/** Enough of a form: it hears `input`, has a place for the answer, and an address. */
function form(): { form: HTMLFormElement; type: () => void; said: () => string; hidden: () => boolean } {
  const note = { hidden: true };
  const place = { textContent: "", closest: () => note };
  let heard = (): void => undefined;
  const made = {
    dataset: { reach: "/count/" },
    querySelector: () => place,
    addEventListener: (_: string, listener: () => void) => (heard = listener),
  };
  return {
    form: made as unknown as HTMLFormElement,
    type: () => heard(),
    said: () => place.textContent,
    hidden: () => note.hidden,
  };
}

test("only the answer to the newest question is shown, and none when it fails", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answers: ((text: string | null) => void)[] = [];
  Object.assign(globalThis, { window: globalThis, FormData: class {} });
  const fetch = (_: string, { signal }: { signal: AbortSignal }): Promise<unknown> =>
    new Promise((done, fail) => {
      signal.addEventListener("abort", () => fail(new Error("given up")));
      answers.push((text) => done({ ok: text !== null, status: 500, json: async () => ({ text }) }));
    });
  Object.assign(globalThis, { fetch });
  const page = form();
  countReached(page.form);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };

  page.type();
  t.mock.timers.tick(200);
  page.type();
  t.mock.timers.tick(399);
  assert.equal(answers.length, 0, "asked before the writer paused");
  t.mock.timers.tick(1);
  page.type();
  t.mock.timers.tick(400);
  assert.equal(answers.length, 2);
  answers[0]?.("old");
  answers[1]?.("Reaches 3 people now");
  await settle();
  assert.equal(page.said(), "Reaches 3 people now");
  assert.equal(page.hidden(), false);

  page.type();
  t.mock.timers.tick(400);
  answers[2]?.(null);
  await settle();
  assert.equal(page.hidden(), true, "a number that may be wrong stays");
});
