/** What all sessions that watch have in common: how much of the picture they want. */
import { MediaSession } from "./session";
import type { LayerWish } from "./wish";

export abstract class WatchingSession extends MediaSession {
  #wish: LayerWish = "auto";
  #saying = false;

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

  protected override opened(): void {
    if (this.#wish !== "auto") void this.#say();
  }
}
