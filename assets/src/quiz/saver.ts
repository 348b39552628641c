/**
 * Keeps the answers of a paper on the server: soon after a change, one request at a time, again
 * after a failure. Knows no page and no network; both are given to it.
 */

export type Answer = number | readonly number[] | string;
export type Answers = Readonly<Record<number, Answer>>;

/** What became of one request. `refused`: the server said why, and asking again is useless. */
export type Outcome =
  | { readonly kind: "saved"; readonly seconds: number | null }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
  | { readonly kind: "failed" };

export type Mark = "saving" | "saved" | "waiting" | "stopped";

export interface World {
  /** Sends the answers as saving `number`. */
  readonly send: (number: number, answers: Answers) => Promise<Outcome>;
  /** Calls `then` after `ms`; the answer cancels it. */
  readonly after: (ms: number, then: () => void) => () => void;
  /** Told whenever the mark changes, with the outcome that changed it. */
  readonly mark: (mark: Mark, outcome: Outcome | null) => void;
}

/** Milliseconds from a change to its saving, so that a word being typed is one request. */
export const PAUSE = 800;
const FIRST_RETRY = 2_000;
const LAST_RETRY = 30_000;

export class Saver {
  #answers: Answers | null = null;
  #sending = false;
  #stopped = false;
  #retry = FIRST_RETRY;
  #cancel: (() => void) | null = null;

  /** `number`: how many savings the server has of this attempt. */
  constructor(
    private readonly world: World,
    private number: number,
  ) {}

  /** The member has changed something: `answers` are all there are now. */
  change(answers: Answers): void {
    if (this.#stopped) return;
    this.#answers = answers;
    if (!this.#sending) this.#plan(PAUSE);
  }

  /** Send what waits at once: the page is going away. */
  flush(): void {
    if (this.#answers !== null && !this.#stopped) void this.#send();
  }

  /** Nothing more is sent: the form itself is on its way. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #plan(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.world.after(ms, () => {
      if (!this.#sending) void this.#send();
    });
  }

  async #send(): Promise<void> {
    const answers = this.#answers;
    if (answers === null) return;
    this.#cancel?.();
    this.#cancel = null;
    this.#answers = null;
    this.#sending = true;
    this.number += 1;
    this.world.mark("saving", null);
    const outcome = await this.world.send(this.number, answers);
    this.#sending = false;
    if (!this.#stopped) this.#take(outcome, answers);
  }

  #take(outcome: Outcome, answers: Answers): void {
    switch (outcome.kind) {
      case "saved":
        this.#retry = FIRST_RETRY;
        this.world.mark("saved", outcome);
        if (this.#answers !== null) this.#plan(PAUSE);
        return;
      case "refused":
        this.stop();
        this.world.mark("stopped", outcome);
        return;
      case "failed":
        this.#answers ??= answers;
        this.world.mark("waiting", outcome);
        this.#plan(this.#retry);
        this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
    }
  }
}
