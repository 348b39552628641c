/** What this page watches: follows the stage, one WHEP session per stream, and measures it. */
import type { Delayed } from "../media/delayed";
import { type Quality, quality, read, type Reading } from "../media/quality";
import type { MediaStatus } from "../media/session";
import { WhepViewer } from "../media/whep";
import {
  type LayerWish,
  type Page,
  type PictureChoice,
  rememberChoice,
  rememberedChoice,
  rememberedSaver,
  rememberSaver,
  watchLooking,
  wishOf,
} from "../media/wish";
import type { RoomState, StreamName } from "../protocol.gen";
import { realClock } from "./clock";

export interface WatcherOptions {
  readonly url: (stream: StreamName) => string;
  readonly token: (fresh: boolean) => Promise<string>;
  readonly servers: () => readonly RTCIceServer[];
  readonly onChange: () => void;
  /** Takes over when no live media gets through. */
  readonly delayed?: Pick<Delayed, "heard" | "of">;
  /** How much of the pictures is wanted now; also for what is watched elsewhere on the page. */
  readonly onWish?: (wish: LayerWish) => void;
  /** Says whether anybody looks; the page itself when left out. */
  readonly page?: Page;
}

/** One watched stream. */
export interface Watched {
  readonly media: MediaStream | null;
  readonly status: MediaStatus;
  /** Pictures are arriving. */
  readonly moving: boolean;
  /** Sound is heard. */
  readonly sounding: boolean;
  /** It was seen before: what is missing now was lost, not still to come. */
  readonly seen: boolean;
  /** Plays it some seconds late, because no live media gets through. */
  readonly delayed?: HTMLVideoElement;
}

interface Seat {
  readonly viewer: WhepViewer;
  readonly session: string;
  view: Watched;
  last: Reading | null;
  still: number;
  /** Readings in a row without a single packet. */
  empty: number;
}

const READ_EVERY = 1_000;
/** Readings without a picture after which it is called paused. */
const STILL = 3;
/** Readings without a single packet after which the session is made anew. */
const DEAD = 10;

export class Watcher {
  /** Of the connection that carries the sound; null while there is none. */
  quality: Quality | null = null;
  audioOnly = false;
  readonly #seats = new Map<StreamName, Seat>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #silent = 0;
  #choice = rememberedChoice();
  #saver = rememberedSaver();
  #hidden = false;
  #unwatch: (() => void) | null = null;

  constructor(private readonly options: WatcherOptions) {}

  /** The quality of pictures that was chosen in this browser. */
  get choice(): PictureChoice {
    return this.audioOnly ? "sound" : this.#choice;
  }

  get saver(): boolean {
    return this.#saver;
  }

  /** Another quality. Sound alone and back needs new sessions: `room` is followed by the caller. */
  choose(choice: PictureChoice): void {
    this.#choice = choice;
    rememberChoice(choice);
    if (this.audioOnly !== (choice === "sound")) this.setAudioOnly(choice === "sound");
    this.#wish();
  }

  saveData(on: boolean): void {
    this.#saver = on;
    rememberSaver(on);
    this.#wish();
  }

  /** Ask for the pictures that are needed now. */
  #wish(): void {
    for (const seat of this.#seats.values()) seat.viewer.choose(this.wanted);
    this.options.onWish?.(this.wanted);
  }

  get wanted(): LayerWish {
    const choice = this.#choice === "sound" ? "auto" : this.#choice;
    return wishOf({ choice, saver: this.#saver, hidden: this.#hidden });
  }

  /** What is known of `stream`; null when it is not on the stage. */
  of(stream: StreamName): Watched | null {
    const view = this.#seats.get(stream)?.view ?? null;
    const delayed = this.options.delayed?.of(stream);
    return view && delayed ? { ...view, delayed } : view;
  }

  /** The connection that carries the sound, for statistics. */
  get connection(): RTCPeerConnection | null {
    return this.#seats.get("camera")?.viewer.connection ?? null;
  }

  /** Open, renew and close sessions so that they match the stage. `skip`: sent by this page. */
  follow(room: RoomState, skip: ReadonlySet<StreamName>): void {
    for (const name of ["camera", "screen"] as const) {
      const shown = room.stage.find((one) => one.stream === name);
      const wanted = shown && !skip.has(name) && !(this.audioOnly && name === "screen");
      const seat = this.#seats.get(name);
      if (seat && (!wanted || seat.session !== shown.session)) this.#close(name);
      if (wanted && seat?.session !== shown.session) this.#watch(name, shown.session);
    }
    if (this.#seats.size > 0 || room.speakers.length > 0) this.#look();
    if (this.#seats.size > 0) this.#timer ??= setInterval(() => void this.#measure(), READ_EVERY);
  }

  /** Stop the pictures, but not the sound, while nobody looks. */
  #look(): void {
    this.#unwatch ??= watchLooking(this.options.page ?? document, realClock, (hidden) => {
      this.#hidden = hidden;
      this.#wish();
    });
  }

  /** Sound alone, to save data; `room` is followed again by the caller. */
  setAudioOnly(on: boolean): void {
    this.audioOnly = on;
    this.#close("camera");
    this.#close("screen");
  }

  stop(leaving = false): void {
    for (const name of [...this.#seats.keys()]) this.#close(name, leaving);
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#unwatch?.();
    this.#unwatch = null;
    this.#hidden = false;
  }

  #watch(name: StreamName, session: string): void {
    const viewer = new WhepViewer({
      url: this.options.url(name),
      token: this.options.token,
      servers: this.options.servers,
      audio: name === "camera",
      video: !this.audioOnly,
      onStream: (media) => this.#update(name, session, { media }),
      onStatus: (status) => {
        this.options.delayed?.heard(name, status);
        this.#update(name, session, status.phase === "live" ? { status, seen: true } : { status });
      },
    });
    const view = {
      media: null,
      status: viewer.status,
      moving: false,
      sounding: false,
      seen: false,
    };
    this.#seats.set(name, { viewer, session, view, last: null, still: 0, empty: 0 });
    viewer.choose(this.wanted);
    viewer.start();
  }

  #close(name: StreamName, leaving = false): void {
    const seat = this.#seats.get(name);
    this.#seats.delete(name);
    seat?.viewer.stop(leaving);
    if (name === "camera") this.quality = null;
  }

  #update(name: StreamName, session: string, change: Partial<Watched>): void {
    const seat = this.#seats.get(name);
    if (!seat || seat.session !== session) return;
    seat.view = { ...seat.view, ...change };
    this.options.onChange();
  }

  async #measure(): Promise<void> {
    for (const [name, seat] of this.#seats) {
      const pc = seat.viewer.connection;
      if (!pc || seat.view.status.phase !== "live") {
        seat.last = null;
        continue;
      }
      // Without pictures there is nothing to judge, and what stood still is as good as moving.
      if (this.wanted === "off") {
        seat.last = null;
        continue;
      }
      const now = await read(pc);
      const before = seat.last;
      seat.last = now;
      if (before) this.#judge(name, seat, quality(before, now), now.received === before.received);
    }
  }

  #judge(name: StreamName, seat: Seat, found: Quality, empty: boolean): void {
    seat.still = found.moving ? 0 : seat.still + 1;
    seat.empty = empty ? seat.empty + 1 : 0;
    // After 1, 2, 4, … seconds: a screen that stands still is silent too, and costs little so.
    // What was sent between two questions and did not arrive tells of a way that is lost.
    if (empty && (seat.empty & (seat.empty - 1)) === 0) {
      void seat.viewer.check(seat.empty > 1);
    }
    const change: Partial<Watched> = {
      moving: found.moving || (seat.view.moving && seat.still < STILL),
      sounding: found.sounding,
    };
    if (name === "camera") {
      this.quality = found;
      this.#silent = empty ? this.#silent + 1 : 0;
      if (this.#silent >= DEAD) {
        this.#silent = 0;
        seat.viewer.refresh();
      }
    }
    this.#update(name, seat.session, change);
  }
}
