/**
 * What was written and not sent yet: kept over tabs, re-renderings and reloads of this page.
 *
 * At most BOUND texts of at most CHARS characters; the oldest goes first.
 */
import type { Shelf } from "./outbox";

export const BOUND = 24;
export const CHARS = 4_000;

/** `chat`, `questions`, `poll`, `whisper:<thread, 0 for a new one>`, `answer:<id of the question>` or `vote:<id of the poll>`. */
export type DraftName = "chat" | "questions" | "poll" | `whisper:${number}` | `answer:${number}` | `vote:${number}`;

export class Drafts {
  readonly #texts: Map<string, string>;

  constructor(
    private readonly shelf: Shelf,
    private readonly key: string,
  ) {
    this.#texts = new Map(this.#load());
  }

  get(name: DraftName): string {
    return this.#texts.get(name) ?? "";
  }

  /** Keeps `text`; an empty one is forgotten. */
  set(name: DraftName, text: string): void {
    this.#texts.delete(name);
    if (text.trim() !== "") this.#texts.set(name, text.slice(0, CHARS));
    const oldest = this.#texts.keys().next();
    if (this.#texts.size > BOUND && !oldest.done) this.#texts.delete(oldest.value);
    this.#save();
  }

  /** Puts refused words back, unless something new is being written. */
  restore(name: DraftName, text: string): void {
    if (this.get(name) === "") this.set(name, text);
  }

  /** The question whose answer was being written last; null when there is none. */
  get answering(): number | null {
    const last = [...this.#texts.keys()].findLast((name) => name.startsWith("answer:"));
    return last === undefined ? null : Number(last.slice("answer:".length));
  }

  #load(): readonly (readonly [string, string])[] {
    try {
      const kept: unknown = JSON.parse(this.shelf.getItem(this.key) ?? "[]");
      if (!Array.isArray(kept)) return [];
      return (kept as unknown[]).filter(isPair).slice(-BOUND);
    } catch {
      return [];
    }
  }

  #save(): void {
    try {
      this.shelf.setItem(this.key, JSON.stringify([...this.#texts]));
    } catch {
      // Storage full or forbidden: the drafts still live as long as the page does.
    }
  }
}

function isPair(one: unknown): one is readonly [string, string] {
  return Array.isArray(one) && typeof one[0] === "string" && typeof one[1] === "string";
}
