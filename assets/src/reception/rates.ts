/** From counters to rates: what changed between two answers of the server. Pure. */

/** One kind of one published stream; counters since its begin. */
export interface Track {
  readonly kind: string;
  readonly codec: string;
  readonly packets: number;
  readonly octets: number;
  readonly lost: number;
  readonly jitter_ms: number;
  readonly given_up: number;
  readonly keyframes: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

export interface Published {
  readonly name: string;
  readonly stream: string;
  readonly seconds: number;
  readonly watching: number;
  readonly tracks: readonly Track[];
}

export type Grade = "good" | "fair" | "poor";

export interface Watching {
  readonly id: number;
  readonly name: string;
  readonly unit: string;
  readonly grade: Grade;
  /** 0–1. */
  readonly loss: number;
  readonly rtt_ms: number | null;
  readonly jitter_ms: number;
  readonly seconds: number;
  readonly bitrate: number;
  readonly repaired: number;
  readonly sessions: number;
  readonly relay: boolean | null;
}

export interface Report {
  readonly at: number;
  readonly publishers: readonly Published[];
  readonly counts: Readonly<Record<Grade, number>>;
  readonly total: number;
  /** Worst first, at most a page of them. */
  readonly viewers: readonly Watching[];
}

export interface Rate {
  readonly kbps: number;
  /** 0–100, since the answer before. */
  readonly lossPercent: number;
}

/**
 * The rates of one track between two answers; null while there is no earlier one of the same
 * session, because a publisher who came back counts from nought.
 */
export function rateOf(
  before: Report | null,
  now: Report,
  stream: Published,
  index: number,
): Rate | null {
  const was = before?.publishers.find((one) => one.stream === stream.stream && one.name === stream.name);
  const old = was?.tracks[index];
  const track = stream.tracks[index];
  const seconds = now.at - (before?.at ?? now.at);
  if (!old || !track || seconds <= 0 || track.packets < old.packets) return null;
  const came = track.packets - old.packets;
  const lost = Math.max(0, track.lost - old.lost);
  return {
    kbps: ((track.octets - old.octets) * 8) / 1000 / seconds,
    lossPercent: came + lost > 0 ? (lost / (came + lost)) * 100 : 0,
  };
}

/** What a reader of the screen is told: only when the share of bad lines has become another. */
export function worthSaying(before: Report | null, now: Report): boolean {
  if (!before) return false;
  const bad = ({ counts }: Report): number => counts.poor;
  const step = Math.max(1, Math.round(now.total / 20));
  return Math.abs(bad(now) - bad(before)) >= step;
}
