/** The time that is left, by the server's clock: the page's own clock only measures how long ago. */

/** Minutes at which the time left is also said aloud. */
export const SAID = [10, 5, 1] as const;

/** `1:05:09` or `04:59`; a part of a second counts as a whole one. */
export function left(seconds: number): string {
  const all = Math.max(0, Math.ceil(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60)];
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(all % 60)}`;
}

export class Countdown {
  #end: number;
  #said = Infinity;

  /** `seconds` are left at the moment `now` (milliseconds of a clock that never jumps). */
  constructor(seconds: number, now: number) {
    this.#end = now + seconds * 1000;
  }

  /** The server says how much is left: believed when it is less, or more by over two seconds. */
  correct(seconds: number, now: number): void {
    const end = now + seconds * 1000;
    if (end < this.#end || end > this.#end + 2000) this.#end = end;
  }

  /** Seconds left, never below 0. */
  seconds(now: number): number {
    return Math.max(0, (this.#end - now) / 1000);
  }

  /** The minutes to be said aloud now, each once; null most of the time. */
  say(now: number): number | null {
    const minutes = this.seconds(now) / 60;
    const due = SAID.filter((one) => minutes <= one).at(-1);
    if (due === undefined || due >= this.#said) return null;
    const begun = this.#said === Infinity && minutes <= due - 0.5;
    this.#said = due;
    return begun ? null : due;
  }
}
