/**
 * Reports that have not arrived yet. They are kept on this device until the server has answered,
 * go out in order, and carry a number, so that one that is sent twice counts once.
 */
import { cover, type Range } from "./cover";
import { MOST_RANGES } from "./recorder";

export interface Entry {
  readonly lease: string;
  readonly number: number;
  readonly played: readonly Range[];
  readonly position: number;
}

export interface Told {
  readonly number: number;
  readonly watched: readonly Range[];
  readonly permille: number;
  readonly open: boolean;
}

/** `later`: nobody answered, it stays. `refused`: it will never be taken. */
export type Answer =
  | { readonly kind: "taken"; readonly told: Told }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "later" };

export interface Store {
  all(): Promise<Entry[]>;
  put(entry: Entry): Promise<void>;
  remove(entry: Entry): Promise<void>;
}

/** Most reports that wait; beyond it the oldest is given up. */
export const MOST = 200;
const AGAIN = 5_000;

export class Outbox {
  readonly waiting: Entry[] = [];
  #tried = new Set<string>();
  #running: Promise<void> | null = null;
  #again = false;

  constructor(
    private readonly store: Store,
    private readonly send: (entry: Entry) => Promise<Answer>,
    private readonly heard: (entry: Entry, answer: Answer) => void,
    private readonly later: (act: () => void) => void = (act) => void setTimeout(act, AGAIN),
  ) {}

  /** Take up what was left behind by pages before this one. */
  async load(): Promise<void> {
    const kept = await this.store.all().catch(() => []);
    this.waiting.unshift(...kept.sort((a, b) => a.number - b.number));
    await this.flush();
  }

  /**
   * Keep what was played until it has arrived. While nobody answers it joins the report before it,
   * as long as that one has never been sent: then its number may be known already.
   */
  async add(lease: string, number: number, played: readonly Range[], position: number): Promise<number> {
    const last = this.waiting.at(-1);
    let entry: Entry = { lease, number, played, position };
    if (last && last.lease === lease && !this.#tried.has(keyOf(last))) {
      const together = cover([...last.played, ...played]);
      if (together.length <= MOST_RANGES) {
        entry = { ...last, played: joined(last.played, played), position };
        if (entry.played.length > MOST_RANGES) entry = { ...entry, played: together };
        this.waiting.pop();
      }
    }
    this.waiting.push(entry);
    while (this.waiting.length > MOST) await this.#forget(this.waiting[0] as Entry);
    await this.store.put(entry).catch(() => undefined);
    void this.flush();
    return entry.number;
  }

  /** It is sent another way too: nothing may join it any more. */
  close(entry: Entry): void {
    this.#tried.add(keyOf(entry));
  }

  /** Send what waits, one after the other; a second call joins the first. */
  flush(): Promise<void> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #drain(): Promise<void> {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      this.#tried.add(keyOf(next));
      const answer = await this.send(next);
      if (answer.kind === "later") {
        this.#tryAgain();
        this.heard(next, answer);
        return;
      }
      await this.#forget(next);
      this.heard(next, answer);
    }
  }

  #tryAgain(): void {
    if (this.#again) return;
    this.#again = true;
    this.later(() => {
      this.#again = false;
      void this.flush();
    });
  }

  async #forget(entry: Entry): Promise<void> {
    const at = this.waiting.findIndex((one) => keyOf(one) === keyOf(entry));
    if (at >= 0) this.waiting.splice(at, 1);
    this.#tried.delete(keyOf(entry));
    await this.store.remove(entry).catch(() => undefined);
  }
}

export function keyOf(entry: { readonly lease: string; readonly number: number }): string {
  return `${entry.lease} ${entry.number}`;
}

function joined(before: readonly Range[], after: readonly Range[]): Range[] {
  const [last, first] = [before.at(-1), after[0]];
  if (!last || !first || last[1] !== first[0]) return [...before, ...after];
  return [...before.slice(0, -1), [last[0], first[1]], ...after.slice(1)];
}
