/** One voice for readers of the screen: a queue feeding the room's polite region. */

const GAP = 1_200;

export class Announcer {
  readonly #queue: string[] = [];
  #busy = false;

  constructor(
    private readonly polite: () => HTMLElement | null,
    private readonly assertive: () => HTMLElement | null,
  ) {}

  /** Say it when the reader has finished what she hears. */
  say(text: string): void {
    if (!text || this.#queue.at(-1) === text) return;
    this.#queue.push(text);
    if (this.#queue.length > 8) this.#queue.shift();
    if (!this.#busy) this.#next();
  }

  /** Say it now: the connection was lost, the microphone is on. */
  interrupt(text: string): void {
    const region = this.assertive();
    if (region) region.textContent = text;
  }

  #next(): void {
    const region = this.polite();
    const text = this.#queue.shift();
    if (!region || text === undefined) {
      this.#busy = false;
      return;
    }
    this.#busy = true;
    region.textContent = text;
    setTimeout(() => this.#next(), GAP);
  }
}
