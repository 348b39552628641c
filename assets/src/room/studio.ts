/**
 * What this page sends: camera with microphone, and the screen beside it.
 *
 * Survives a reload: what was on is remembered for the tab, and `resume` brings it back without a
 * click. The screen alone cannot come back by itself, browsers want a new gesture for it.
 */
import {
  cameraSending,
  capture,
  type CaptureProblem,
  captureScreen,
  type DeviceChoice,
  rememberedDevices,
  rememberDevices,
  type Profile,
  screenSending,
} from "../media/capture";
import type { MediaStatus } from "../media/session";
import { WhipPublisher } from "../media/whip";
import type { RoomState, StreamName } from "../protocol.gen";

export interface StudioOptions {
  readonly code: string;
  readonly url: (stream: StreamName) => string;
  readonly token: (fresh: boolean) => Promise<string>;
  readonly servers: () => readonly RTCIceServer[];
  readonly profile: Profile;
  readonly onChange: () => void;
}

interface Kept {
  readonly on: boolean;
  readonly mic: boolean;
  readonly cam: boolean;
  readonly screen: boolean;
}

const NOTHING: Kept = { on: false, mic: true, cam: true, screen: false };
const IDLE: MediaStatus = { phase: "idle", reason: "" };
/** Our own session may be missing from the stage so long before it is made anew (ms). */
const UNSEEN = 2_000;

export class Studio {
  on = false;
  mic = true;
  cam = true;
  sharing = false;
  /** She shared her screen before the reload. */
  sharedBefore = false;
  /** Another page of hers took over: this one keeps still. */
  moved = false;
  /** The device prompt is open. */
  asking = false;
  audioProblem: CaptureProblem | null = null;
  videoProblem: CaptureProblem | null = null;
  camera: MediaStatus = IDLE;
  screen: MediaStatus = IDLE;
  /** Own picture, for the preview. */
  preview: MediaStream | null = null;
  screenPreview: MediaStream | null = null;
  #choice: DeviceChoice = rememberedDevices();
  #audio: MediaStreamTrack | null = null;
  #video: MediaStreamTrack | null = null;
  #shown: MediaStreamTrack | null = null;
  #unseen: ReturnType<typeof setTimeout> | null = null;
  readonly #key: string;
  readonly #camera: WhipPublisher;
  readonly #screen: WhipPublisher;

  constructor(private readonly options: StudioOptions) {
    this.#key = `liveclass.studio.${options.code}`;
    const kept = this.#load();
    this.mic = kept.mic;
    this.cam = kept.cam;
    this.#camera = this.#publisher("camera", (status) => (this.camera = status));
    this.#screen = this.#publisher("screen", (status) => (this.screen = status));
  }

  /** Was on air in this tab before a reload. */
  get wasOn(): boolean {
    return this.#load().on;
  }

  get connection(): RTCPeerConnection | null {
    return this.#camera.connection;
  }

  get microphone(): MediaStreamTrack | null {
    return this.#audio;
  }

  /** Ask for the devices and send. True when something is on its way. */
  async goLive(): Promise<boolean> {
    if (this.on || this.asking) return this.on;
    this.sharedBefore = this.#load().screen;
    this.asking = true;
    this.options.onChange();
    await this.#capture(this.mic, this.cam);
    this.asking = false;
    this.moved = false;
    this.on = this.#audio !== null || this.#video !== null || (!this.mic && !this.cam);
    if (this.on) {
      this.#camera.publish(
        { audio: this.#audio, video: this.#video },
        cameraSending(this.options.profile),
      );
    }
    this.#changed();
    return this.on;
  }

  async toggleMic(): Promise<void> {
    this.mic = !this.mic;
    if (this.#audio) this.#audio.enabled = this.mic;
    else if (this.mic && this.on) {
      await this.#capture(true, false);
      this.mic = this.#audio !== null;
      await this.#camera.replace("audio", this.#audio);
    }
    this.#changed();
  }

  /** Off lets go of the camera, so that its lamp goes out. */
  async toggleCam(): Promise<void> {
    this.cam = !this.cam;
    if (!this.cam) {
      this.#dropVideo();
      await this.#camera.replace("video", null);
    } else if (this.on) {
      await this.#capture(false, true);
      this.cam = this.#video !== null;
      await this.#camera.replace("video", this.#video);
    }
    this.#changed();
  }

  async choose(choice: DeviceChoice): Promise<void> {
    this.#choice = choice;
    rememberDevices(choice, false);
    if (!this.on) return;
    this.#audio?.stop();
    this.#audio = null;
    this.#dropVideo();
    await this.#capture(this.mic, this.cam);
    await this.#camera.replace("audio", this.#audio);
    await this.#camera.replace("video", this.#video);
    this.#changed();
  }

  async shareScreen(): Promise<void> {
    const track = await captureScreen(this.options.profile);
    if (!track) return;
    this.#endScreen();
    this.#shown = track;
    // The browser's own "stop sharing" button ends the track.
    track.onended = () => this.stopScreen();
    this.screenPreview = new MediaStream([track]);
    this.sharing = true;
    this.sharedBefore = false;
    this.#screen.publish({ audio: null, video: track }, screenSending(this.options.profile));
    this.#changed();
  }

  stopScreen(): void {
    this.#endScreen();
    this.sharedBefore = false;
    this.#changed();
  }

  /** Nothing is sent any more and the devices are free. */
  stop(): void {
    this.#release(false);
    this.on = false;
    this.#changed();
  }

  /** The page goes away: end the sessions, but remember that they were on. */
  leavePage(): void {
    this.#release(true);
  }

  /** The browser kept the page after all (back button): send again. */
  async comeBack(): Promise<void> {
    if (!this.on) return;
    this.on = false;
    await this.goLive();
  }

  /** Compare the stage with what this page sends; heal or stand down. */
  stageChanged(room: RoomState): void {
    if (!this.on) return;
    const seen = room.stage.find((one) => one.stream === "camera");
    if (seen && seen.person.id === room.me.id && !this.#camera.made.has(seen.session)) {
      if (this.camera.phase !== "live") return;
      return this.#standDown();
    }
    if (!seen) {
      this.#camera.hurry();
      this.#screen.hurry();
    }
    if (seen || this.camera.phase !== "live") {
      if (this.#unseen) clearTimeout(this.#unseen);
      this.#unseen = null;
      return;
    }
    // The media server has forgotten us, e.g. it was restarted; or the room has not heard of us yet.
    if (!this.#unseen) {
      void this.#camera.check();
      if (this.sharing) void this.#screen.check();
    }
    this.#unseen ??= setTimeout(() => {
      this.#unseen = null;
      this.#camera.refresh(true);
      if (this.sharing) this.#screen.refresh(true);
    }, UNSEEN);
  }

  #publisher(stream: StreamName, keep: (status: MediaStatus) => void): WhipPublisher {
    return new WhipPublisher({
      url: this.options.url(stream),
      token: this.options.token,
      servers: this.options.servers,
      onStatus: (status) => {
        keep(status);
        this.options.onChange();
      },
    });
  }

  #standDown(): void {
    // The newer session replaced this one on the server.
    this.#camera.forget();
    this.#release(false);
    this.on = false;
    this.moved = true;
    this.#changed();
  }

  async #capture(mic: boolean, cam: boolean): Promise<void> {
    const got = await capture({ mic, cam }, this.#choice, this.options.profile);
    if (mic) {
      this.#audio?.stop();
      this.#audio = got.audio;
      this.audioProblem = got.audioProblem;
      if (got.audio) {
        got.audio.enabled = this.mic;
        got.audio.onended = () => this.#lost("audio");
      }
    }
    if (cam) {
      this.#dropVideo();
      this.#video = got.video;
      this.videoProblem = got.videoProblem;
      if (got.video) got.video.onended = () => this.#lost("video");
    }
    this.preview = this.#video ? new MediaStream([this.#video]) : null;
  }

  /** A device was unplugged. */
  #lost(kind: "audio" | "video"): void {
    if (kind === "audio") {
      this.#audio = null;
      this.mic = false;
      this.audioProblem = "missing";
    } else {
      this.#dropVideo();
      this.cam = false;
      this.videoProblem = "missing";
    }
    void this.#camera.replace(kind, null);
    this.#changed();
  }

  #dropVideo(): void {
    if (this.#video) this.#video.onended = null;
    this.#video?.stop();
    this.#video = null;
    this.preview = null;
  }

  #endScreen(): void {
    if (this.#shown) this.#shown.onended = null;
    this.#shown?.stop();
    this.#shown = null;
    this.screenPreview = null;
    this.sharing = false;
    this.#screen.stop();
  }

  #release(leaving: boolean): void {
    this.#camera.stop(leaving);
    this.#screen.stop(leaving);
    if (leaving) return;
    if (this.#audio) this.#audio.onended = null;
    this.#audio?.stop();
    this.#audio = null;
    this.#dropVideo();
    this.#endScreen();
  }

  #changed(): void {
    const { on, mic, cam, sharing } = this;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ on, mic, cam, screen: sharing }));
    } catch {
      // Storage forbidden: only the return after a reload is lost.
    }
    this.options.onChange();
  }

  #load(): Kept {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? "{}") as Partial<Kept>;
      return { ...NOTHING, ...kept };
    } catch {
      return NOTHING;
    }
  }
}
