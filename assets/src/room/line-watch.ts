/** Once a second: how the own line is, why, and what the room has to say about it by itself. */
import { type Alarm, SenderWatch, ViewerWatch } from "../media/alarms";
import {
  type Condition,
  FINE,
  judge,
  kbpsBetween,
  look,
  lossBetween,
  type Sample,
  Steady,
} from "../media/condition";
import { Ear } from "../media/ear";
import type { StreamQuality } from "../protocol.gen";
import type { Classroom } from "./classroom";
import type { Studio } from "./studio";
import type { Watcher } from "./watcher";

/** Figures for who wants them. */
export interface Figures {
  readonly now: Sample;
  readonly kbps: number;
  readonly lossPercent: number;
}

interface Parts {
  readonly host: boolean;
  readonly classroom: Classroom;
  readonly studio: Studio;
  readonly watcher: Watcher;
  readonly onChange: () => void;
}

export class LineWatch {
  condition: Condition = FINE;
  figures: Figures | null = null;
  alarm: Alarm | null = null;
  readonly #hushed = new Set<Alarm>();
  readonly #steady = new Steady();
  readonly #sender = new SenderWatch();
  readonly #viewer = new ViewerWatch();
  readonly #ear = new Ear();
  #of: RTCPeerConnection | null = null;
  #last: Sample | null = null;
  #busy = false;

  constructor(private readonly parts: Parts) {}

  /** How the camera stream arrives at the server. */
  get lecturer(): StreamQuality | null {
    const lines = this.parts.classroom.room?.lines ?? [];
    return lines.find((one) => one.stream === "camera") ?? null;
  }

  /** The person has read it and does not want to read it again. */
  hush(): void {
    if (this.alarm) this.#hushed.add(this.alarm);
    this.#set(null);
  }

  /** Nothing is listened to any more. */
  stop(): void {
    this.#ear.listen(null);
    this.#set(null);
  }

  async second(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#second();
    } finally {
      this.#busy = false;
    }
  }

  async #second(): Promise<void> {
    const { host, studio, watcher } = this.parts;
    const pc = host ? studio.connection : watcher.connection;
    if (pc !== this.#of) {
      this.#of = pc;
      this.#last = null;
      this.#steady.reset();
      this.condition = FINE;
    }
    const now = pc && pc.connectionState === "connected" ? await look(pc) : null;
    const before = this.#last;
    this.#last = now;
    this.figures =
      before && now
        ? { now, kbps: kbpsBetween(before, now), lossPercent: lossBetween(before, now) ?? 0 }
        : null;
    if (before && now) {
      const lecturer = host ? null : (this.lecturer?.grade ?? null);
      if (this.#steady.take(judge(before, now, lecturer))) {
        this.condition = this.#steady.shown;
        this.parts.onChange();
      }
    }
    const found = host ? this.#sending(before, now) : this.#watching(before, now);
    this.#set(found && this.#hushed.has(found) ? null : found);
  }

  #sending(before: Sample | null, now: Sample | null): Alarm | null {
    const { studio, classroom } = this.parts;
    const microphone = studio.microphone;
    const on = studio.on && classroom.room?.phase === "live";
    this.#ear.listen(on && !studio.mic ? microphone : null);
    return this.#sender.second({
      on,
      phase: studio.camera.phase,
      mic: studio.mic,
      hasMic: microphone !== null,
      deviceMuted: microphone?.muted ?? false,
      voice: this.#ear.voice(),
      // Unknown is not silent.
      energy: before && now ? now.energy - before.energy : 1,
      cam: studio.cam,
      hasCam: studio.preview !== null,
      line: this.lecturer,
      online: classroom.room?.presence.online ?? 0,
    });
  }

  #watching(before: Sample | null, now: Sample | null): Alarm | null {
    const { watcher, classroom } = this.parts;
    const camera = watcher.of("camera");
    return this.#viewer.second({
      staged: camera !== null,
      phase: camera?.status.phase ?? "idle",
      reason: camera?.status.reason ?? "",
      // The first second of a connection says nothing.
      arriving: before && now ? now.packets > before.packets : now !== null,
      line: this.lecturer,
      network: navigator.onLine && classroom.link.phase === "open",
    });
  }

  #set(alarm: Alarm | null): void {
    if (alarm === this.alarm) return;
    this.alarm = alarm;
    this.parts.onChange();
  }
}
