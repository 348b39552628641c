/** Watching: one WHEP session brings one stream of the stage. */
import type { MediaSessionOptions } from "./session";
import { WatchingSession } from "./watching";

export interface WatchOptions extends MediaSessionOptions {
  /** A new picture and sound; null when the session has ended. */
  readonly onStream: (stream: MediaStream | null) => void;
  /** The screen has no sound. */
  readonly audio: boolean;
  /** Without picture, to save data. */
  readonly video: boolean;
}

export class WhepViewer extends WatchingSession {
  constructor(private readonly watch: WatchOptions) {
    super(watch);
  }

  override stop(leaving = false): void {
    super.stop(leaving);
    this.watch.onStream(null);
  }

  protected override prepare(pc: RTCPeerConnection): void {
    const stream = new MediaStream();
    if (this.watch.audio) pc.addTransceiver("audio", { direction: "recvonly" });
    if (this.watch.video) pc.addTransceiver("video", { direction: "recvonly" });
    pc.ontrack = (event) => {
      stream.addTrack(event.track);
      this.watch.onStream(stream);
    };
  }
}
