/** Time and chance as the network files see them; tests put their own in its place. */
export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Unix milliseconds of this machine. */
  wall(): number;
  /** Calls `run` once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
  /** 0 ≤ x < 1. */
  random(): number;
}

export const realClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Full jitter between `least` and a bound that doubles with every attempt up to `most` (ms). */
export function backOff(attempt: number, random: number, least: number, most: number): number {
  const bound = Math.min(most, least * 2 ** Math.min(attempt + 1, 16));
  return Math.round(least + random * (bound - least));
}
