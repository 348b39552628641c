/**
 * What was really played. It is told where the picture is, again and again; only what the time
 * between two words explains has been played. A jump of any origin (seek, key, script) never counts.
 */
import type { Range } from "./cover";

const TICKS = 10;
/** Seconds by which a word may come late or early. */
const ROUGH = 0.75;
/** Seconds that a picture moves between standing and its next word. */
const REST = 0.3;
/** Ticks at both ends of a recording that no word is about. */
const EDGE = 3;
/** Most ranges of one report; the server takes no more. */
export const MOST_RANGES = 256;

export class Recorder {
  #from: number | null = null;
  #to = 0;
  /** Where it stands; not a number after a jump. */
  #rest = Number.NaN;
  #asOf = 0;
  #played: Range[] = [];

  /**
   * @param length ticks of the recording
   * @param fastest speed up to which playing counts
   */
  constructor(
    private readonly length: number,
    private readonly fastest: number,
  ) {}

  /** It plays: it is at second `at`, at `rate`; `now` in ms of a clock that never jumps. */
  move(at: number, rate: number, now: number): void {
    const step = at - this.#to;
    const most = ((now - this.#asOf) / 1000) * rate + ROUGH;
    if (this.#from === null || step < -0.05 || step > most || rate > this.fastest) {
      this.#close();
      const step = at - this.#rest;
      this.#from = this.#from === null && step >= 0 && step < REST ? this.#rest : at;
      this.#rest = Number.NaN;
    }
    this.#to = at;
    this.#asOf = now;
  }

  /** It stands; from here it may go on without losing the rest of a tick. */
  pause(): void {
    this.#close();
    this.#rest = this.#from ?? Number.NaN;
    this.#from = null;
  }

  /** It is about to jump. */
  stop(): void {
    this.#close();
    this.#from = null;
    this.#rest = Number.NaN;
  }

  /** What was played since the last `take`, in the order of playing. */
  take(): Range[] {
    this.#close();
    return this.#played.splice(0, MOST_RANGES);
  }

  #close(): void {
    if (this.#from === null) return;
    const first = Math.ceil(Math.max(0, this.#from * TICKS - 1e-6));
    // the first word about a recording comes a little after its beginning
    const start = first <= EDGE ? 0 : first;
    let end = Math.min(Math.floor(this.#to * TICKS + 1e-6), this.length);
    // the last picture of a recording lies a little before its end
    if (end <= first) return;
    if (this.length - end <= EDGE) end = this.length;
    const last = this.#played.at(-1);
    if (last && last[1] === start) this.#played[this.#played.length - 1] = [last[0], end];
    else if (this.#played.length < MOST_RANGES) this.#played.push([start, end]);
    // the rest of a tick belongs to what follows
    this.#from = Math.min(end / TICKS, this.#to);
  }
}
