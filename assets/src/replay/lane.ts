/** One track of a replay: a media element and the piece that is loaded into it. */
import type Hls from "hls.js";

import { loadHls, playsHls } from "../ui/hls";
import type { Piece } from "./data";

/** Seconds a picture may be off before it jumps; below it runs a little faster or slower. */
const JUMP = 0.6;
const EXACT = 0.03;
const MOST_BEND = 0.12;

/** Opened again when it is played up to so near its end, and so much longer by now (s). */
const RAN_OUT = 0.5;
const GROWN = 4;

/** HLS has no VP8: browsers play the file as it is. */
function isWhole(piece: Piece): boolean {
  return piece.file.endsWith(".webm");
}

export class Lane {
  readonly element: HTMLMediaElement;
  piece: Piece | null = null;
  /** The piece cannot be played here. */
  failed = false;
  #hls: Hls | null = null;
  #wanted = 0;
  #load = 0;
  /** How long a file was when it was opened, where the browser plays the file itself (s). */
  #length = 0;

  constructor(
    readonly kind: "audio" | "video",
    readonly stream: string,
    private readonly files: string,
    private readonly program: string,
  ) {
    this.element = document.createElement(kind);
    this.element.preload = "auto";
    if (this.element instanceof HTMLVideoElement) {
      this.element.playsInline = true;
      this.element.muted = true;
      this.element.disablePictureInPicture = true;
    }
    this.element.addEventListener("loadedmetadata", () => {
      if (Math.abs(this.element.currentTime - this.#wanted) > 0.1) this.#place(this.#wanted);
    });
    this.element.addEventListener("error", () => {
      this.failed = this.piece !== null;
    });
  }

  /** Where in the recording this element is. */
  get time(): number {
    return (this.piece?.start ?? 0) + this.element.currentTime;
  }

  /** It can go on without waiting for the network. */
  get ready(): boolean {
    return this.element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !this.element.seeking;
  }

  /** Be at `t` with `piece`: load it when it is another one. */
  show(piece: Piece | null, t: number): void {
    if (piece?.file === this.piece?.file) {
      this.piece = piece;
      if (piece && this.#ranOut(piece, t)) this.#openWhole(piece, t - piece.start);
      return;
    }
    this.#unload();
    this.piece = piece;
    this.failed = false;
    if (piece) void this.#open(piece, Math.max(0, t - piece.start));
  }

  seek(t: number): void {
    if (this.piece) this.#place(Math.max(0, t - this.piece.start));
  }

  /** Let it run as the master of the time. */
  lead(playing: boolean, rate: number): void {
    this.#setRate(rate);
    this.#setPlaying(playing);
  }

  /** Keep it where the master is. */
  follow(t: number, playing: boolean, rate: number): void {
    const off = this.piece ? this.time - t : 0;
    if (Math.abs(off) > JUMP) {
      if (!this.element.seeking) this.seek(t);
      this.#setRate(rate);
    } else {
      const bend = Math.min(MOST_BEND, Math.max(-MOST_BEND, off));
      this.#setRate(Math.abs(off) < EXACT ? rate : rate * (1 - bend));
    }
    this.#setPlaying(playing);
  }

  close(): void {
    this.#unload();
    this.piece = null;
  }

  async #open(piece: Piece, at: number): Promise<void> {
    const load = (this.#load += 1);
    this.#wanted = at;
    if (isWhole(piece)) return this.#openWhole(piece, at);
    const found = await loadHls(this.program).catch(() => null);
    if (load !== this.#load) return;
    if (found) this.#attach(found, piece, at);
    else if (playsHls(this.element)) this.element.src = this.files + piece.playlist;
    else this.failed = true;
  }

  /** A file that still grows ends for the browser where it ended when it was opened. */
  #ranOut(piece: Piece, t: number): boolean {
    if (!isWhole(piece) || !this.element.hasAttribute("src")) return false;
    const more = piece.duration - this.#length;
    return t - piece.start > this.#length - RAN_OUT && more > (piece.closed ? 0 : GROWN);
  }

  #openWhole(piece: Piece, at: number): void {
    this.#wanted = at;
    this.#length = piece.duration;
    // Another address for a longer file: browsers keep the beginning of what they had.
    this.element.src = `${this.files}${piece.file}?seconds=${Math.floor(piece.duration)}`;
  }

  #attach(Player: typeof Hls, piece: Piece, at: number): void {
    const hls = new Player({
      startPosition: at,
      maxBufferLength: 20,
      maxMaxBufferLength: 60,
      backBufferLength: 30,
      enableWorker: false,
    });
    hls.on(Player.Events.ERROR, (_name, problem) => {
      if (!problem.fatal) return;
      if (problem.type === Player.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else this.failed = true;
    });
    hls.loadSource(this.files + piece.playlist);
    hls.attachMedia(this.element);
    this.#hls = hls;
  }

  #unload(): void {
    this.#load += 1;
    this.#hls?.destroy();
    this.#hls = null;
    this.element.pause();
    if (this.element.hasAttribute("src")) {
      this.element.removeAttribute("src");
      this.element.load();
    }
  }

  #place(at: number): void {
    this.#wanted = at;
    if (this.element.readyState > 0) this.element.currentTime = at;
  }

  #setRate(rate: number): void {
    if (Math.abs(this.element.playbackRate - rate) > 0.005) this.element.playbackRate = rate;
  }

  #setPlaying(playing: boolean): void {
    const { element } = this;
    if (playing && element.paused && !element.ended && element.readyState > 0) {
      element.play().catch(() => undefined);
    }
    if (!playing && !element.paused) element.pause();
  }
}
