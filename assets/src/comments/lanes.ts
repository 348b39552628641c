/** Which lane a comment takes, so that none runs over another. Pure. */

/** Comments that wait for a lane; of a flood the oldest are left out, they stand in the chat. */
export const WAITING = 12;
export const MOST_LANES = 4;
/** Pixels: of a lane, between two comments, and what they move in a second. */
export const LANE = 32;
const GAP = 48;
const SPEED = 120;

/** Lanes in the upper part of a stage of this height: what stands at its foot is never covered. */
export function laneCount(height: number): number {
  return Math.max(1, Math.min(MOST_LANES, Math.floor(height / 2 / LANE)));
}

export interface Way {
  readonly lane: number;
  /** Milliseconds from one edge to behind the other. */
  readonly lasts: number;
}

export class Lanes {
  readonly #free: number[] = [];

  /** The way of a comment `wide` pixels wide; null while every one of `count` lanes is taken. */
  take(now: number, count: number, wide: number, stage: number): Way | null {
    for (let lane = 0; lane < count; lane += 1) {
      if ((this.#free[lane] ?? 0) > now) continue;
      this.#free[lane] = now + ((wide + GAP) / SPEED) * 1000;
      return { lane, lasts: ((stage + wide) / SPEED) * 1000 };
    }
    return null;
  }

  /** When the next one of `count` lanes is free. */
  soonest(count: number): number {
    return Math.min(...Array.from({ length: count }, (_, lane) => this.#free[lane] ?? 0));
  }
}
