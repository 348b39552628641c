/**
 * Plays all tracks of a replay on one clock. Where there is sound, the sound is the clock and the
 * pictures follow it; where there is none, time goes on by itself.
 */
import type { Bounds, Piece } from "./data";
import { Lane } from "./lane";
import { extent, type Lanes, lanesOf, nextAfterGap, opening, pieceAt } from "./timeline";

const TICK = 200;
export const RATES = [0.75, 1, 1.25, 1.5, 2] as const;
/** Sound of these leads, in this order. */
const LEADERS = ["camera-audio", "screen-audio"];

export class Player {
  playing = false;
  /** It wants to play and waits for data. */
  waiting = false;
  rate = 1;
  muted = false;
  audioOnly = false;
  pieces: readonly Piece[] = [];
  /** What is shown of them; null: all. */
  bounds: Bounds | null = null;
  readonly lanes = new Map<string, Lane>();
  #lanes: Lanes = new Map();
  #time = 0;
  #asOf = performance.now();
  #master: Lane | null = null;
  #placed = false;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(
    private readonly files: string,
    private readonly program: string,
    private readonly onChange: () => void,
  ) {}

  /** Seconds since the recording began. */
  get time(): number {
    return this.#time;
  }

  get end(): number {
    return extent(this.pieces, this.bounds).end;
  }

  /** The pieces as they are now; they only grow. */
  take(pieces: readonly Piece[], bounds: Bounds | null = null): void {
    this.pieces = pieces;
    this.bounds = bounds;
    this.#lanes = lanesOf(pieces);
    for (const [name, lane] of this.#lanes) {
      const first = lane[0];
      if (!first || this.lanes.has(name)) continue;
      const kind = first.kind === "audio" ? "audio" : "video";
      this.lanes.set(name, new Lane(kind, first.stream, this.files, this.program));
    }
    if (!this.#placed && pieces.length > 0) {
      this.#placed = true;
      this.seek(opening(pieces, this.bounds));
    }
    this.#timer ??= setInterval(() => this.#tick(), TICK);
  }

  play(): void {
    if (this.#time >= this.end - 0.5 && this.end > 0) this.seek(opening(this.pieces, this.bounds));
    this.playing = true;
    this.#asOf = performance.now();
    this.#tick();
  }

  pause(): void {
    this.playing = false;
    this.waiting = false;
    this.#tick();
  }

  seek(t: number): void {
    const { start, end } = extent(this.pieces, this.bounds);
    this.#time = Math.min(Math.max(t, start), Math.max(start, end - 0.2));
    this.#asOf = performance.now();
    this.#master = null;
    for (const [name, lane] of this.lanes) {
      lane.show(this.#piece(name, this.#time), this.#time);
      lane.seek(this.#time);
    }
    this.#tick();
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.#tick();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    for (const lane of this.lanes.values()) if (lane.kind === "audio") lane.element.muted = muted;
    this.onChange();
  }

  setAudioOnly(on: boolean): void {
    this.audioOnly = on;
    this.#tick();
  }

  /** The next second in which something was recorded; null while there is something. */
  get nextAfterGap(): number | null {
    return nextAfterGap(this.pieces, this.#time);
  }

  /** Whether a picture of `stream` belongs to this moment and can be played here. */
  shows(stream: string): boolean {
    const lane = this.lanes.get(`${stream}-video`);
    return lane?.piece != null && !lane.failed;
  }

  #piece(name: string, t: number): Piece | null {
    if (this.audioOnly && name.endsWith("-video")) return null;
    return pieceAt(this.#lanes.get(name), t);
  }

  #tick(): void {
    this.#advance();
    for (const [name, lane] of this.lanes) lane.show(this.#piece(name, this.#time), this.#time);
    this.#master = this.#leader();
    this.waiting = this.playing && this.#mustWait();
    const running = this.playing && !this.waiting;
    for (const lane of this.lanes.values()) {
      if (!lane.piece) continue;
      // The master itself goes on loading: it is what is waited for.
      if (lane === this.#master) lane.lead(this.playing, this.rate);
      else lane.follow(this.#time, running, this.rate);
    }
    this.onChange();
  }

  #advance(): void {
    const now = performance.now();
    const passed = ((now - this.#asOf) / 1000) * this.rate;
    this.#asOf = now;
    if (!this.playing) return;
    if (this.bounds && this.#time >= this.end) {
      this.playing = false;
      return;
    }
    const master = this.#master;
    if (master?.piece && !master.element.ended && !master.failed) {
      if (!master.element.seeking && master.element.readyState > 0) this.#time = master.time;
      return;
    }
    if (this.waiting && !master?.element.ended) return;
    this.#time = Math.min(this.#time + passed, this.end);
    if (this.#time >= this.end && this.pieces.every((one) => one.closed)) this.playing = false;
  }

  #leader(): Lane | null {
    const sounding = [...this.lanes].filter(
      ([, lane]) => lane.kind === "audio" && lane.piece && !lane.failed && !lane.element.ended,
    );
    for (const name of LEADERS) {
      const found = sounding.find(([one]) => one === name);
      if (found) return found[1];
    }
    return sounding[0]?.[1] ?? null;
  }

  #mustWait(): boolean {
    if (this.#master) return !this.#master.ready;
    if (this.#time >= this.end) return true;
    return [...this.lanes.values()].some(
      (lane) => lane.piece !== null && !lane.failed && !lane.element.ended && !lane.ready,
    );
  }
}
