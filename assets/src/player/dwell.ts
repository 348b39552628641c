/** Pages that were really looked at: a page counts once it has been in view for a while. */
import type { Range } from "./cover";

/** Milliseconds. */
export const LOOK = 3_000;

export class Dwell {
  #page = 0;
  #shown = 0;
  #asOf: number | null = null;
  #seen: Range[] = [];

  /** Page `page` (from 1) is in view from now on; `now` in ms of a clock that never jumps. */
  show(page: number, now: number): void {
    this.tick(now, true);
    if (page !== this.#page) this.#shown = 0;
    this.#page = page;
    this.#asOf = now;
  }

  /** Time goes on; `visible`: somebody can see it. */
  tick(now: number, visible: boolean): void {
    // a machine that slept has shown nothing meanwhile
    if (this.#asOf !== null) this.#shown += Math.min(now - this.#asOf, 2_000);
    this.#asOf = visible ? now : null;
    if (this.#page === 0 || this.#shown < LOOK) return;
    const last = this.#seen.at(-1);
    if (!last || last[1] !== this.#page) this.#seen.push([this.#page - 1, this.#page]);
    this.#shown = Number.NEGATIVE_INFINITY;
  }

  take(): Range[] {
    return this.#seen.splice(0);
  }
}
