/**
 * Which poll's result stays in front: the one that came last, until this person puts it away.
 *
 * Who joins late or reloads finds it from the snapshot. What was put away stays away in this tab.
 */
import type { PollState } from "../protocol.gen";
import type { Shelf } from "./outbox";

const BOUND = 100;

interface Kept {
  /** The poll whose result came last; null when none came while this page was here. */
  readonly front: number | null;
  readonly away: readonly number[];
}

const NOTHING: Kept = { front: null, away: [] };

export class Results {
  #kept: Kept;

  constructor(
    private readonly shelf: Shelf,
    private readonly key: string,
  ) {
    this.#kept = this.#load();
  }

  /** A result has just come, or is asked for again. */
  bring(poll: number): void {
    this.#keep({ front: poll, away: this.#kept.away.filter((one) => one !== poll) });
  }

  putAway(poll: number): void {
    const away = [...this.#kept.away.filter((one) => one !== poll), poll].slice(-BOUND);
    this.#keep({ front: this.#kept.front, away });
  }

  /** The result in front among `polls`; `closed`: whoever sees bars before they are published. */
  inFront(polls: readonly PollState[], closed: boolean): PollState | null {
    const shown = polls.filter(
      (one) =>
        one.phase === "closed" && (one.published || closed) && !this.#kept.away.includes(one.id),
    );
    const front = shown.find((one) => one.id === this.#kept.front);
    return front ?? shown.reduce<PollState | null>(later, null);
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    try {
      this.shelf.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Storage full or forbidden: it holds as long as the page does.
    }
  }

  #load(): Kept {
    try {
      const kept = JSON.parse(this.shelf.getItem(this.key) ?? "{}") as Partial<Kept> | null;
      const away = Array.isArray(kept?.away) ? kept.away : [];
      return { front: kept?.front ?? null, away };
    } catch {
      return NOTHING;
    }
  }
}

function later(a: PollState | null, b: PollState): PollState {
  return a && (a.opened_at ?? 0) > (b.opened_at ?? 0) ? a : b;
}
