/**
 * Watching those who speak: one WHEP session with three places for sound and one small picture
 * (docs/decisions/0013). A packet names its speaker as contributing source (RFC 3550 §5.1).
 */
import type { MediaSessionOptions } from "./session";
import { WatchingSession } from "./watching";

const SOUNDS = 3;
/** A source counts as heard or seen for so long after its last packet (ms). */
const LATELY = 800;
/** Sound below that is a room, not a voice (0…1, RTCInboundRtpStreamStats.audioLevel). */
const VOICE = 0.01;

/** What `getContributingSources` says of one source. */
export interface Source {
  readonly source: number;
  /** Milliseconds on the clock of `performance.timeOrigin + now()`. */
  readonly timestamp: number;
}

export interface SpeakersOptions extends MediaSessionOptions {
  /** The sounds, and the picture if there is one; empty when the session has ended. */
  readonly onTracks: (
    sounds: readonly MediaStreamTrack[],
    picture: MediaStreamTrack | null,
  ) => void;
  readonly video: boolean;
}

export class SpeakersViewer extends WatchingSession {
  constructor(private readonly watch: SpeakersOptions) {
    super(watch);
  }

  override stop(leaving = false): void {
    super.stop(leaving);
    this.watch.onTracks([], null);
  }

  /** Members who are heard at this moment: who is muted sends silence, so it is listened to. */
  async heard(): Promise<ReadonlySet<number>> {
    const places = this.#receivers("audio");
    const levels = await Promise.all(places.map(level));
    return new Set(places.flatMap((one, at) => ((levels[at] ?? 0) >= VOICE ? lately(one) : [])));
  }

  /** The member whose picture arrives; null while none does. */
  get seen(): number | null {
    return this.#receivers("video").flatMap(lately)[0] ?? null;
  }

  #receivers(kind: string): RTCRtpReceiver[] {
    const receivers = this.pc?.getReceivers() ?? [];
    return receivers.filter((one) => one.track.kind === kind);
  }

  protected override prepare(pc: RTCPeerConnection): void {
    for (let place = 0; place < SOUNDS; place += 1) {
      pc.addTransceiver("audio", { direction: "recvonly" });
    }
    if (this.watch.video) pc.addTransceiver("video", { direction: "recvonly" });
    pc.ontrack = () => {
      const tracks = pc.getReceivers().map((one) => one.track);
      const sounds = tracks.filter((one) => one.kind === "audio");
      this.watch.onTracks(sounds, tracks.find((one) => one.kind === "video") ?? null);
    };
  }
}

/** How loud a place is just now. */
async function level(receiver: RTCRtpReceiver): Promise<number> {
  const stats = (await receiver.getStats()) as unknown as Map<string, Record<string, unknown>>;
  for (const one of stats.values()) {
    const found = one["type"] === "inbound-rtp" ? one["audioLevel"] : undefined;
    if (typeof found === "number") return found;
  }
  return 0;
}

function lately(receiver: RTCRtpReceiver): number[] {
  return fresh(receiver.getContributingSources(), performance.timeOrigin + performance.now());
}

/** The sources of `LATELY`, newest first. */
export function fresh(sources: readonly Source[], now: number): number[] {
  return sources
    .filter((one) => now - one.timestamp < LATELY)
    .sort((one, other) => other.timestamp - one.timestamp)
    .map((one) => one.source);
}
