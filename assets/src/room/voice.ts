/** What a member who was asked to speak sends: nothing before she says so, nothing after it ends. */
import {
  cameraSending,
  capture,
  type CaptureProblem,
  type Profile,
  rememberedDevices,
} from "../media/capture";
import type { MediaSessionOptions, MediaStatus } from "../media/session";
import { WhipPublisher } from "../media/whip";
import type { Mute, RoomState } from "../protocol.gen";

export interface VoiceOptions {
  readonly url: string;
  readonly token: (fresh: boolean) => Promise<string>;
  readonly servers: () => readonly RTCIceServer[];
  readonly profile: Profile;
  readonly onChange: () => void;
  /** Opens devices, and makes the session; for tests. */
  readonly capture?: typeof capture;
  readonly publisher?: (options: MediaSessionOptions) => Sender;
}

/** What is needed of a session that publishes. */
export type Sender = Pick<WhipPublisher, "publish" | "replace" | "stop">;

const IDLE: MediaStatus = { phase: "idle", reason: "" };

export class Voice {
  /** She was asked, and has not been let down since. */
  asked = false;
  /** She said yes: devices are open. */
  on = false;
  asking = false;
  mic = true;
  cam = false;
  /** What the room says of one's sound: `held` is muted until the staff allow it again. */
  muted: Mute = "no";
  problem: CaptureProblem | null = null;
  status: MediaStatus = IDLE;
  preview: MediaStream | null = null;
  #audio: MediaStreamTrack | null = null;
  #video: MediaStreamTrack | null = null;
  /** Counts endings: what was begun before one is not gone on with after it. */
  #run = 0;
  /** The camera is being opened or closed. */
  #changing = false;
  readonly #publisher: Sender;

  constructor(private readonly options: VoiceOptions) {
    const make = options.publisher ?? ((told) => new WhipPublisher(told));
    this.#publisher = make({
      url: options.url,
      token: options.token,
      servers: options.servers,
      onStatus: (status) => {
        this.status = status;
        options.onChange();
      },
    });
  }

  /** When it ends, for whatever reason, the devices are free at once. */
  follow(room: RoomState): void {
    const own = room.speakers.find(({ person }) => person.id === room.me.id);
    const asked = room.phase === "live" && own !== undefined;
    this.#heed(own?.muted ?? "no");
    if (asked === this.asked) return;
    this.asked = asked;
    this.problem = null;
    if (!asked) this.stop();
  }

  /** Yes, with or without a picture. Without a microphone nobody speaks. */
  async begin(cam: boolean): Promise<void> {
    if (this.on || this.asking) return;
    this.asking = true;
    this.options.onChange();
    const run = this.#run;
    const wanted = { mic: true, cam };
    const got = await this.#open(wanted);
    this.asking = false;
    if (run !== this.#run || !got.audio) {
      // It ended while the browser still asked: what was allowed too late is let go of.
      got.audio?.stop();
      got.video?.stop();
      if (run === this.#run) this.problem = got.audioProblem;
      return this.options.onChange();
    }
    this.problem = cam ? got.videoProblem : null;
    this.#take(got.audio, got.video);
    this.on = true;
    this.#listen(this.muted === "no");
    this.#publisher.publish({ audio: got.audio, video: got.video }, small(this.options.profile));
    this.options.onChange();
  }

  /** Stays off while the staff have not allowed it again. */
  toggleMic(): void {
    if (this.muted === "held" && !this.mic) return;
    this.#listen(!this.mic);
    this.options.onChange();
  }

  /** Muted by the staff: off at once. Allowed again: it stays off until she turns it on. */
  #heed(muted: Mute): void {
    if (muted === this.muted) return;
    this.muted = muted;
    if (muted !== "no") this.#listen(false);
  }

  #listen(mic: boolean): void {
    this.mic = mic;
    if (this.#audio) this.#audio.enabled = mic;
  }

  /** Off lets go of the camera, so that its lamp goes out. */
  async toggleCam(): Promise<void> {
    if (this.#changing) return;
    this.#changing = true;
    const run = this.#run;
    if (this.#video) this.#dropVideo();
    else {
      const wanted = { mic: false, cam: true };
      const got = await this.#open(wanted);
      if (run !== this.#run) got.video?.stop();
      else {
        this.problem = got.videoProblem;
        this.#keepVideo(got.video);
      }
    }
    if (run === this.#run) await this.#publisher.replace("video", this.#video);
    this.#changing = false;
    this.options.onChange();
  }

  /** Nothing is sent any more and the devices are free. */
  stop(leaving = false): void {
    this.#run += 1;
    this.on = false;
    this.#publisher.stop(leaving);
    if (this.#audio) this.#audio.onended = null;
    this.#audio?.stop();
    this.#audio = null;
    this.#dropVideo();
    this.options.onChange();
  }

  #open(wanted: Parameters<typeof capture>[0]): ReturnType<typeof capture> {
    const open = this.options.capture ?? capture;
    return open(wanted, rememberedDevices(), this.options.profile);
  }

  #take(audio: MediaStreamTrack, video: MediaStreamTrack | null): void {
    this.#audio = audio;
    // A headset that was unplugged: she may take another one.
    audio.onended = () => {
      this.problem = "missing";
      this.stop();
    };
    this.#keepVideo(video);
  }

  #keepVideo(video: MediaStreamTrack | null): void {
    this.#video = video;
    this.cam = video !== null;
    this.preview = video ? new MediaStream([video]) : null;
    if (video) video.onended = () => void this.toggleCam();
  }

  #dropVideo(): void {
    if (this.#video) this.#video.onended = null;
    this.#video?.stop();
    this.#keepVideo(null);
  }
}

/** A small picture: everybody gets one, whoever speaks. */
function small(profile: Profile): ReturnType<typeof cameraSending> {
  const { framerate, hint, layers } = cameraSending(profile);
  const first = layers[0];
  return { framerate, hint, layers: first ? [first] : [] };
}
