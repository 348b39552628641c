/**
 * What the class was asked is asked again of who watches later, at its time. Pure: no DOM, no clock.
 *
 * The result of the class is not shown before she has answered or said that she will not.
 */
import type { PollState } from "../protocol.gen";
import type { Bounds, Told } from "./data";

/** An own answer, from the class or from the replay; what was said is empty where nobody may know. */
export interface OwnAnswer {
  readonly poll: number;
  readonly options: readonly number[];
  readonly answers: readonly string[];
}

/** Made by `liveclass.replay.asking`. */
export interface Asked {
  /** False for those who hold the class. */
  readonly asks: boolean;
  readonly answers: readonly OwnAnswer[];
}

/** More than playing goes on between two looks, at twice the speed: it was a jump (s). */
const JUMP = 3;

/** A poll that is over, with the second at which it was opened. */
interface Opened {
  readonly t: number;
  readonly poll: PollState;
}

export class Asking {
  readonly #asks: boolean;
  readonly #own: Map<number, OwnAnswer>;
  readonly #skipped = new Set<number>();
  #polls: readonly Opened[] = [];
  #told: readonly Told[] | null = null;

  constructor({ asks, answers }: Asked) {
    this.#asks = asks;
    this.#own = new Map(answers.map((one) => [one.poll, one]));
  }

  /** The log as it is known now. A poll that is open still is answered in the class itself. */
  take(told: readonly Told[], bounds: Bounds | null): void {
    if (!this.#asks || told === this.#told) return;
    this.#told = told;
    const over = new Set(told.flatMap(({ event }) => (event.type === "poll.closed" ? [event.poll] : [])));
    this.#polls = told.flatMap(({ t, event }): Opened[] =>
      event.type === "poll.opened" &&
      over.has(event.poll.id) &&
      (!bounds || (bounds.start <= t && t <= bounds.end))
        ? [{ t, poll: event.poll }]
        : [],
    );
  }

  own(poll: number): OwnAnswer | null {
    return this.#own.get(poll) ?? null;
  }

  /** Whether the question itself stands there: neither answered nor passed over. */
  isAsked(poll: number): boolean {
    return !this.#own.has(poll) && !this.#skipped.has(poll);
  }

  /** The poll whose time playing has just come to; null after a jump. */
  due(from: number, to: number): PollState | null {
    if (to <= from || to - from > JUMP) return null;
    return this.#polls.findLast(({ t, poll }) => from < t && t <= to && this.isAsked(poll.id))?.poll ?? null;
  }

  /** The newest poll at second `t` when it is one that is asked of her; null: nothing is. */
  current(t: number): PollState | null {
    return this.#polls.findLast((one) => one.t <= t)?.poll ?? null;
  }

  /** Not now; the answer may still be given. */
  skip(poll: number): void {
    this.#skipped.add(poll);
  }

  /** She wants to answer after all. */
  askAgain(poll: number): void {
    this.#skipped.delete(poll);
  }

  keep(own: OwnAnswer): void {
    this.#own.set(own.poll, own);
    this.#skipped.delete(own.poll);
  }
}
