/** Publishing: one WHIP session carries one picture and, beside the camera, one sound. */
import { MediaSession } from "./session";
import { arrived, LOOK, Silence } from "./silence";

/** One size of the picture (RFC 8853). */
export interface Layer {
  readonly rid: string;
  /** How many times smaller than the camera's. */
  readonly scale: number;
  /** Bits a second, at most. */
  readonly bitrate: number;
}

/** Upper bound and character of what is sent. */
export interface Sending {
  /** Smallest first; a single one is sent without simulcast. */
  readonly layers: readonly Layer[];
  readonly framerate: number;
  /** `detail` keeps text sharp, `motion` keeps a face moving. */
  readonly hint: "detail" | "motion";
}

export class WhipPublisher extends MediaSession {
  #audio: MediaStreamTrack | null = null;
  #video: MediaStreamTrack | null = null;
  #sending: Sending = { layers: [], framerate: 15, hint: "motion" };

  /** Start sending; a missing track keeps its place, so that it can be put in later. */
  publish(
    tracks: { readonly audio: MediaStreamTrack | null; readonly video: MediaStreamTrack | null },
    sending: Sending,
  ): void {
    this.#audio = tracks.audio;
    this.#video = tracks.video;
    this.#sending = sending;
    this.begin();
  }

  /** Another microphone or camera, or none, without a new session. */
  async replace(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    if (kind === "audio") this.#audio = track;
    else this.#video = track;
    const sender = this.pc
      ?.getTransceivers()
      .find((one) => one.receiver.track.kind === kind)?.sender;
    if (track && kind === "video") track.contentHint = this.#sending.hint;
    await sender?.replaceTrack(track);
  }

  /** Notice a dead way before the browser does, for as long as this connection is in use. */
  protected override connected(pc: RTCPeerConnection): void {
    const silence = new Silence();
    const look = async (): Promise<void> => {
      if (pc !== this.pc) return;
      const dead = silence.look(await arrived(pc));
      if (dead) this.silent(pc);
      this.clock.after(LOOK, () => void look());
    };
    void look();
  }

  protected override prepare(pc: RTCPeerConnection): void {
    const stream = new MediaStream();
    if (this.#sending.hint === "motion" || this.#audio) {
      pc.addTransceiver(this.#audio ?? "audio", { direction: "sendonly", streams: [stream] });
    }
    if (this.#video) this.#video.contentHint = this.#sending.hint;
    pc.addTransceiver(this.#video ?? "video", {
      direction: "sendonly",
      streams: [stream],
      sendEncodings: encodings(this.#sending),
    });
  }
}

/** As `addTransceiver` wants them; names only where there is something to tell apart. */
export function encodings({ layers, framerate }: Sending): RTCRtpEncodingParameters[] {
  const several = layers.length > 1;
  return layers.map(({ rid, scale, bitrate }) => ({
    ...(several ? { rid } : {}),
    ...(several || scale > 1 ? { scaleResolutionDownBy: scale } : {}),
    maxBitrate: bitrate,
    maxFramerate: framerate,
  }));
}
