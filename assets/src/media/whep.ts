/** Watching: one WHEP session brings one stream of the stage. */
import { MediaSession, type MediaSessionOptions } from "./session";
import type { LayerWish } from "./wish";

export interface WatchOptions extends MediaSessionOptions {
  /** A new picture and sound; null when the session has ended. */
  readonly onStream: (stream: MediaStream | null) => void;
  /** The screen has no sound. */
  readonly audio: boolean;
  /** Without picture, to save data. */
  readonly video: boolean;
}

export class WhepViewer extends MediaSession {
  #wish: LayerWish = "auto";
  #saying = false;

  constructor(private readonly watch: WatchOptions) {
    super(watch);
  }

  start(): void {
    this.begin();
  }

  /** Which size of the picture is wanted, now and whenever the session is made anew. */
  choose(wish: LayerWish): void {
    if (this.#wish === wish) return;
    this.#wish = wish;
    void this.#say();
  }

  /** One after the other: the last word must arrive last. */
  async #say(): Promise<void> {
    if (this.#saying) return;
    this.#saying = true;
    let said: LayerWish;
    do {
      said = this.#wish;
      await this.tell("layer", { video: said });
    } while (said !== this.#wish);
    this.#saying = false;
  }

  override stop(leaving = false): void {
    super.stop(leaving);
    this.watch.onStream(null);
  }

  protected override opened(): void {
    if (this.#wish !== "auto") void this.#say();
  }

  protected override prepare(pc: RTCPeerConnection): void {
    const stream = new MediaStream();
    if (this.watch.audio) pc.addTransceiver("audio", { direction: "recvonly" });
    if (this.watch.video) pc.addTransceiver("video", { direction: "recvonly" });
    pc.ontrack = (event) => {
      stream.addTrack(event.track);
      this.watch.onStream(stream);
    };
  }
}
