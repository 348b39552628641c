/**
 * How a line is and why: from what the browser measures to reasons a person understands. Pure.
 *
 * Grades are those of `quality.ts`; here are the causes, and the patience that keeps a word on the
 * screen from flickering. What is wrong with the lecturer's line comes from the server, because
 * nobody's own figures can tell it from one's own.
 */
import { type Grade, gradeOf } from "./quality";

/** In the order in which they are told: the first is the cause to act on. */
export const REASONS = [
  "lecturer",
  "cpu",
  "upload",
  "loss",
  "delay",
  "jitter",
  "freeze",
  "relay",
] as const;
export type Reason = (typeof REASONS)[number];

/** One look at a connection; counters since its start. */
export interface Sample {
  /** Milliseconds, monotonic. */
  readonly at: number;
  readonly packets: number;
  readonly lost: number;
  readonly bytes: number;
  readonly freezes: number;
  /** Of what is captured and sent, or received and played; grows with sound. */
  readonly energy: number;
  /** Ms; null before it was measured. */
  readonly roundTrip: number | null;
  /** Ms, the worst source. */
  readonly jitter: number;
  /** Why the browser sends less than it could. */
  readonly limited: "none" | "cpu" | "bandwidth" | "other";
  /** The chosen way leads through a relay. */
  readonly relayed: boolean;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

export interface Condition {
  readonly grade: Grade;
  readonly reasons: readonly Reason[];
}

export const FINE: Condition = { grade: "good", reasons: [] };
const ORDER: readonly Grade[] = ["good", "fair", "poor"];
/** Above it sound stumbles however deep the buffer is (ms). */
const JITTER = 100;
/** Seconds in a row before a line is called worse, or better, than it was. */
const WORSE = 4;
const BETTER = 8;

type Row = Readonly<Record<string, unknown>>;

const num = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Sums what matters of `getStats()`. */
export function sampleOf(rows: Iterable<Row>, at: number): Sample {
  const sum = { packets: 0, lost: 0, bytes: 0, freezes: 0, energy: 0 };
  const seen = { jitter: 0, width: 0, height: 0, fps: 0 };
  let limited: Sample["limited"] = "none";
  let roundTrip: number | null = null;
  let relayed = false;
  const byId = new Map<unknown, Row>();
  const picture = (one: Row): void => {
    seen.width = Math.max(seen.width, num(one["frameWidth"]));
    seen.height = Math.max(seen.height, num(one["frameHeight"]));
    seen.fps = Math.max(seen.fps, num(one["framesPerSecond"]));
  };
  const all = [...rows];
  for (const one of all) byId.set(one["id"], one);
  for (const one of all) {
    switch (one["type"]) {
      case "inbound-rtp":
        sum.packets += num(one["packetsReceived"]);
        sum.lost += num(one["packetsLost"]);
        sum.bytes += num(one["bytesReceived"]);
        sum.freezes += num(one["freezeCount"]);
        sum.energy += num(one["totalAudioEnergy"]);
        seen.jitter = Math.max(seen.jitter, num(one["jitter"]) * 1000);
        picture(one);
        break;
      case "outbound-rtp": {
        sum.packets += num(one["packetsSent"]);
        sum.bytes += num(one["bytesSent"]);
        const why = one["qualityLimitationReason"];
        if (why === "cpu" || why === "bandwidth" || why === "other") limited = why;
        picture(one);
        break;
      }
      case "remote-inbound-rtp":
        sum.lost += num(one["packetsLost"]);
        seen.jitter = Math.max(seen.jitter, num(one["jitter"]) * 1000);
        break;
      case "media-source":
        sum.energy += num(one["totalAudioEnergy"]);
        break;
      case "candidate-pair":
        if (one["nominated"] && typeof one["currentRoundTripTime"] === "number") {
          roundTrip = one["currentRoundTripTime"] * 1000;
          relayed = byId.get(one["localCandidateId"])?.["candidateType"] === "relay";
        }
        break;
    }
  }
  return { at, ...sum, ...seen, roundTrip, limited, relayed };
}

/** Reads a live connection. */
export async function look(pc: RTCPeerConnection): Promise<Sample> {
  const rows: Row[] = [];
  (await pc.getStats()).forEach((row: Row) => rows.push(row));
  return sampleOf(rows, performance.now());
}

/** 0–100 between two looks; null when nothing was to come. */
export function lossBetween(before: Sample, now: Sample): number | null {
  const came = Math.max(0, now.packets - before.packets);
  const lost = Math.max(0, now.lost - before.lost);
  return came + lost > 0 ? (lost / (came + lost)) * 100 : null;
}

export function kbpsBetween(before: Sample, now: Sample): number {
  return ((now.bytes - before.bytes) * 8) / Math.max(1, now.at - before.at);
}

/**
 * The line between two looks. `lecturer`: how the stage arrives at the server, for who watches it;
 * null for who sends.
 */
export function judge(before: Sample, now: Sample, lecturer: Grade | null): Condition {
  const found: Reason[] = [];
  const loss = lossBetween(before, now) ?? 0;
  const trip = now.roundTrip;
  let grade = gradeOf(loss, trip);
  const atLeast = (least: Grade, reason: Reason): void => {
    if (ORDER.indexOf(least) > ORDER.indexOf(grade)) grade = least;
    found.push(reason);
  };
  if (lecturer && lecturer !== "good") atLeast(lecturer, "lecturer");
  if (now.limited === "cpu") atLeast("fair", "cpu");
  if (now.limited === "bandwidth") atLeast("fair", "upload");
  if (gradeOf(loss, null) !== "good") found.push("loss");
  if (gradeOf(0, trip) !== "good") found.push("delay");
  if (now.jitter >= JITTER) atLeast("fair", "jitter");
  if (now.freezes > before.freezes) atLeast("fair", "freeze");
  if (now.relayed && grade !== "good") found.push("relay");
  const reasons = REASONS.filter((one) => found.includes(one));
  return { grade, reasons };
}

/** What is shown: only what has lasted. */
export class Steady {
  shown: Condition = FINE;
  #other = 0;
  #reasons = new Map<Reason, number>();

  /** Take this second's condition; true when what is shown has changed. */
  take(found: Condition): boolean {
    for (const one of REASONS) {
      const held = this.#reasons.get(one) ?? 0;
      this.#reasons.set(one, found.reasons.includes(one) ? Math.min(held + 2, 8) : Math.max(0, held - 1));
    }
    const change = ORDER.indexOf(found.grade) - ORDER.indexOf(this.shown.grade);
    this.#other = change === 0 ? 0 : this.#other + 1;
    if (change === 0 || this.#other < (change > 0 ? WORSE : BETTER)) return false;
    this.#other = 0;
    const reasons = REASONS.filter((one) => (this.#reasons.get(one) ?? 0) >= 4);
    this.shown = found.grade === "good" ? FINE : { grade: found.grade, reasons };
    return true;
  }

  reset(): void {
    this.shown = FINE;
    this.#other = 0;
    this.#reasons.clear();
  }
}
