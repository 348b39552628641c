/** Comments on their way over the stage, and those that wait for a lane. */
import type { ChatLine } from "../protocol.gen";
import { laneCount, Lanes, WAITING } from "./lanes";

/** Of a long message; the rest is read in the chat. */
const CHARS = 40;

export class Flight {
  readonly #box = document.createElement("lc-comments");
  readonly #lanes = new Lanes();
  #waiting: ChatLine[] = [];
  #timer = 0;
  readonly #hidden = (): void => this.#pause();

  constructor(private readonly me: number) {
    this.#box.setAttribute("aria-hidden", "true"); // the chat is read aloud, this is not
    document.addEventListener("visibilitychange", this.#hidden);
  }

  /** Comments on their way and waiting. */
  get size(): number {
    return this.#box.childElementCount + this.#waiting.length;
  }

  add(line: ChatLine): void {
    if (document.hidden) return;
    this.#waiting = [...this.#waiting, line].slice(-WAITING);
    this.#next();
  }

  /** A line was taken back. */
  remove(message: number): void {
    this.#waiting = this.#waiting.filter((line) => line.id !== message);
    this.#box.querySelector(`[data-comment="${message}"]`)?.remove();
  }

  stop(): void {
    window.clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#hidden);
    this.#waiting = [];
    this.#box.remove();
  }

  #next(): void {
    window.clearTimeout(this.#timer);
    const stage = document.querySelector<HTMLElement>("#stage");
    if (!stage?.parentElement) return;
    if (!this.#box.isConnected) document.querySelector("#main")?.append(this.#box);
    const count = laneCount(stage.clientHeight);
    while (this.#waiting[0] && this.#fly(this.#waiting[0], count)) this.#waiting.shift();
    if (this.#waiting.length === 0) return;
    const pause = Math.max(50, this.#lanes.soonest(count) - performance.now());
    this.#timer = window.setTimeout(() => this.#next(), pause);
  }

  #fly(line: ChatLine, count: number): boolean {
    const comment = document.createElement("p");
    comment.dataset["comment"] = String(line.id);
    comment.classList.toggle("own", line.author.id === this.me);
    const letters = [...line.text.replace(/\s+/g, " ")];
    comment.textContent = letters.length > CHARS ? `${letters.slice(0, CHARS).join("")}…` : letters.join("");
    this.#box.append(comment);
    const stage = this.#box.clientWidth;
    const wide = comment.offsetWidth;
    const way = this.#lanes.take(performance.now(), count, wide, stage);
    if (!way) {
      comment.remove();
      return false;
    }
    comment.dataset["lane"] = String(way.lane);
    const moved = comment.animate(
      [{ transform: `translateX(${stage}px)` }, { transform: `translateX(${-wide}px)` }],
      { duration: way.lasts, fill: "both" },
    );
    moved.finished.then(
      () => comment.remove(),
      () => undefined, // removed before it arrived
    );
    return true;
  }

  /** Nobody sees them: they stand still, and go on when the page is looked at again. */
  #pause(): void {
    for (const one of this.#box.getAnimations({ subtree: true })) {
      if (document.hidden) one.pause();
      else one.play();
    }
    if (document.hidden) {
      window.clearTimeout(this.#timer);
      this.#waiting = [];
    }
  }
}
