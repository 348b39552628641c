/** What the statistics of a connection mean for a person: a grade and a few figures. */

/** One reading of a connection; counters since its start. */
export interface Reading {
  /** Milliseconds, monotonic. */
  readonly at: number;
  readonly received: number;
  readonly lost: number;
  readonly bytes: number;
  readonly frames: number;
  readonly energy: number;
  /** Round trip of the chosen ICE pair, ms; null before it was measured. */
  readonly roundTrip: number | null;
}

export type Grade = "good" | "fair" | "poor";

export interface Quality {
  readonly grade: Grade;
  readonly roundTrip: number | null;
  /** 0–100. */
  readonly lossPercent: number;
  readonly kbps: number;
  readonly framesPerSecond: number;
  /** Sound has been heard since the reading before. */
  readonly sounding: boolean;
  /** Pictures have arrived since the reading before. */
  readonly moving: boolean;
}

/** Sums what matters of `getStats()`. For a publisher, loss is what the server reports back. */
export function reading(stats: Iterable<Record<string, unknown>>, at: number): Reading {
  const sum = { received: 0, lost: 0, bytes: 0, frames: 0, energy: 0 };
  let roundTrip: number | null = null;
  const number = (value: unknown): number => (typeof value === "number" ? value : 0);
  for (const one of stats) {
    switch (one["type"]) {
      case "inbound-rtp":
        sum.received += number(one["packetsReceived"]);
        sum.lost += number(one["packetsLost"]);
        sum.bytes += number(one["bytesReceived"]);
        sum.frames += number(one["framesDecoded"]);
        sum.energy += number(one["totalAudioEnergy"]);
        break;
      case "outbound-rtp":
        sum.received += number(one["packetsSent"]);
        sum.bytes += number(one["bytesSent"]);
        // Layers are one picture in several sizes.
        sum.frames = Math.max(sum.frames, number(one["framesEncoded"]));
        break;
      case "remote-inbound-rtp":
        sum.lost += number(one["packetsLost"]);
        break;
      case "media-source":
        sum.energy += number(one["totalAudioEnergy"]);
        break;
      case "candidate-pair":
        if (one["nominated"] && typeof one["currentRoundTripTime"] === "number") {
          roundTrip = one["currentRoundTripTime"] * 1000;
        }
        break;
    }
  }
  return { at, ...sum, roundTrip };
}

/** Jitsi's and BigBlueButton's thresholds: loss 6 and 12 %, round trip 500 and 1000 ms. */
export function gradeOf(lossPercent: number, roundTrip: number | null): Grade {
  if (lossPercent >= 12 || (roundTrip ?? 0) >= 1000) return "poor";
  if (lossPercent >= 6 || (roundTrip ?? 0) >= 500) return "fair";
  return "good";
}

/** The quality between two readings of the same connection. */
export function quality(before: Reading, now: Reading): Quality {
  const seconds = Math.max((now.at - before.at) / 1000, 0.001);
  const received = Math.max(now.received - before.received, 0);
  const lost = Math.max(now.lost - before.lost, 0);
  const lossPercent = received + lost > 0 ? (lost / (received + lost)) * 100 : 0;
  return {
    grade: gradeOf(lossPercent, now.roundTrip),
    roundTrip: now.roundTrip,
    lossPercent,
    kbps: ((now.bytes - before.bytes) * 8) / 1000 / seconds,
    framesPerSecond: (now.frames - before.frames) / seconds,
    sounding: (now.energy - before.energy) / seconds > 1e-5,
    moving: now.frames > before.frames,
  };
}

/** Reads a live connection. */
export async function read(pc: RTCPeerConnection): Promise<Reading> {
  const stats = await pc.getStats();
  const rows: Record<string, unknown>[] = [];
  stats.forEach((row: Record<string, unknown>) => rows.push(row));
  return reading(rows, performance.now());
}

/** The quality of one live connection at a time, from each measurement to the next. */
export class Gauge {
  /** Null until two measurements were taken. */
  quality: Quality | null = null;
  #last: Reading | null = null;

  async measure(pc: RTCPeerConnection): Promise<void> {
    const now = await read(pc);
    if (this.#last) this.quality = quality(this.#last, now);
    this.#last = now;
  }
}
