/**
 * When no live media gets through (neither UDP nor a relay), a stream is watched as HLS over plain
 * HTTPS, some seconds late. WebRTC goes on trying meanwhile; as soon as it comes through, this ends.
 */
import type Hls from "hls.js";

import type { StreamName } from "../protocol.gen";
import { type Clock, realClock } from "../room/clock";
import { loadHls, playsHls } from "../ui/hls";
import type { MediaStatus } from "./session";

export interface DelayedOptions {
  /** Address of a stream's first playlist. */
  readonly url: (stream: StreamName) => string;
  readonly token: (fresh: boolean) => Promise<string>;
  /** Whether the sound alone is wanted, of those streams that have one. */
  readonly soundOnly?: () => boolean;
  /** Address of the program that plays playlists. */
  readonly program: string;
  readonly onChange: () => void;
  readonly clock?: Clock;
  /** Makes the viewer of one stream; for tests. */
  readonly open?: (stream: StreamName) => DelayedView;
}

/** One stream being watched late. */
export interface DelayedView {
  readonly element: HTMLVideoElement;
  /** Pictures or sound have come. */
  readonly playing: boolean;
  close(): void;
}

/** Attempts that found no way before the delayed one is taken. */
export const ATTEMPTS = 2;
/** An attempt that has found no way by then is not waited for: what is late comes beside it (ms). */
export const PATIENCE = 5_000;
/** After a failure it is tried again so often (ms). */
const AGAIN = 5_000;

export class Delayed {
  readonly #views = new Map<StreamName, DelayedView>();
  readonly #failed = new Map<StreamName, number>();
  readonly #waits = new Map<StreamName, () => void>();
  readonly #clock: Clock;

  constructor(private readonly options: DelayedOptions) {
    this.#clock = options.clock ?? realClock;
  }

  /** The picture of `stream` while it is watched late and has begun; else null. */
  of(stream: StreamName): HTMLVideoElement | null {
    const view = this.#views.get(stream);
    return view?.playing ? view.element : null;
  }

  /** Something is being watched late. */
  get active(): boolean {
    return [...this.#views.values()].some((view) => view.playing);
  }

  /** No live media came through, and what is watched late has not begun yet. */
  get starting(): boolean {
    return this.#views.size > 0 && !this.active;
  }

  /** The WebRTC session of `stream` says how it goes. */
  heard(stream: StreamName, { phase, reason }: MediaStatus): void {
    this.#waits.get(stream)?.();
    this.#waits.delete(stream);
    if (phase === "live" || phase === "idle" || phase === "refused") {
      // Who stopped by herself and begins anew, for the sound alone say, is on the same network.
      if (phase !== "idle") this.#failed.delete(stream);
      this.#close(stream);
    } else if (phase === "connecting" && !this.#views.has(stream)) {
      if ((this.#failed.get(stream) ?? 0) >= ATTEMPTS) this.#open(stream);
      else this.#waits.set(stream, this.#clock.after(PATIENCE, () => this.#late(stream)));
    } else if (phase === "waiting" && reason === "ice") {
      const failed = (this.#failed.get(stream) ?? 0) + 1;
      this.#failed.set(stream, failed);
      if (failed >= ATTEMPTS && !this.#views.has(stream)) this.#open(stream);
    }
  }

  #late(stream: StreamName): void {
    this.#waits.delete(stream);
    if (!this.#views.has(stream)) this.#open(stream);
  }

  #open(stream: StreamName): void {
    const make = this.options.open ?? ((one) => new HlsView(one, this.options));
    this.#views.set(stream, make(stream));
    this.options.onChange();
  }

  #close(stream: StreamName): void {
    const view = this.#views.get(stream);
    if (!view) return;
    this.#views.delete(stream);
    view.close();
    this.options.onChange();
  }
}

/** `url` of a first playlist that names only the sound, or with a token for who sends no headers. */
export function playlistUrl(url: string, sound: boolean, token = ""): string {
  const made = new URL(url);
  if (sound) made.searchParams.set("only", "audio");
  if (token) made.searchParams.set("token", token);
  return made.href;
}

class HlsView implements DelayedView {
  readonly element = document.createElement("video");
  playing = false;
  #hls: Hls | null = null;
  #closed = false;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly stream: StreamName,
    private readonly options: DelayedOptions,
  ) {
    this.element.playsInline = true;
    this.element.autoplay = true;
    this.element.muted = stream === "screen";
    this.element.addEventListener("playing", () => {
      this.playing = true;
      options.onChange();
    });
    void this.#load(false);
  }

  close(): void {
    this.#closed = true;
    this.#end();
    this.element.remove();
  }

  /** From the first playlist on: it needs a token, what follows has a pass of its own. */
  async #load(fresh: boolean): Promise<void> {
    this.#end();
    try {
      const [found, token] = await Promise.all([
        loadHls(this.options.program),
        this.options.token(fresh),
      ]);
      if (this.#closed) return;
      const sound = this.options.soundOnly?.() ?? false;
      const url = playlistUrl(new URL(this.options.url(this.stream), location.href).href, sound);
      if (found) this.#attach(found, url, token);
      else if (playsHls(this.element)) {
        this.element.src = playlistUrl(url, false, token);
        this.element.onerror = () => this.#again(true);
      }
      await this.element.play().catch(() => undefined);
    } catch {
      this.#again(false);
    }
  }

  #attach(Player: typeof Hls, url: string, token: string): void {
    const hls = new Player({
      enableWorker: false,
      lowLatencyMode: false,
      liveSyncDurationCount: 2,
      liveMaxLatencyDurationCount: 6,
      maxBufferLength: 12,
      backBufferLength: 10,
      xhrSetup: (request, address) => {
        if (address === url) request.setRequestHeader("Authorization", `Bearer ${token}`);
      },
    });
    hls.on(Player.Events.ERROR, (_name, problem) => {
      if (!problem.fatal) return;
      if (problem.type === Player.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else this.#again(problem.response?.code === 401);
    });
    hls.loadSource(url);
    hls.attachMedia(this.element);
    this.#hls = hls;
  }

  /** Nothing there, or the pass is over: ask anew after a while. */
  #again(fresh: boolean): void {
    if (this.#closed) return;
    this.#cancel();
    this.#cancel = (this.options.clock ?? realClock).after(AGAIN, () => void this.#load(fresh));
  }

  #end(): void {
    this.#cancel();
    this.#hls?.destroy();
    this.#hls = null;
    this.element.onerror = null;
    this.element.removeAttribute("src");
  }
}
