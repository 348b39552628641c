/** The devices under test: one camera, one microphone, and how loud it is. */
import {
  capture,
  type CaptureProblem,
  type DeviceChoice,
  type Profile,
  rememberDevices,
  rememberedDevices,
} from "../media/capture";

export class Rig extends EventTarget {
  audio: MediaStreamTrack | null = null;
  video: MediaStreamTrack | null = null;
  audioProblem: CaptureProblem | null = null;
  videoProblem: CaptureProblem | null = null;
  mic = true;
  cam = true;
  /** Asked for at least once. */
  asked = false;
  asking = false;
  /** Something was heard since the microphone was opened. */
  heard = false;
  forLong = true;
  choice: DeviceChoice = rememberedDevices();
  devices: readonly MediaDeviceInfo[] = [];
  preview: MediaStream | null = null;
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;

  constructor(private readonly profile: Profile) {
    super();
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#list());
  }

  /** Opens what is switched on; what was open before is closed. */
  async open(): Promise<void> {
    this.close();
    this.asked = true;
    this.asking = true;
    this.changed();
    const got = await capture({ mic: this.mic, cam: this.cam }, this.choice, this.profile);
    this.asking = false;
    ({ audio: this.audio, video: this.video } = got);
    this.audioProblem = got.audioProblem;
    this.videoProblem = got.videoProblem;
    this.preview = this.video ? new MediaStream([this.video]) : null;
    if (this.audio) this.#listen(this.audio);
    await this.#list();
    this.changed();
  }

  close(): void {
    this.audio?.stop();
    this.video?.stop();
    this.audio = null;
    this.video = null;
    this.preview = null;
    this.#analyser = null;
    this.heard = false;
  }

  async choose(change: Partial<DeviceChoice>): Promise<void> {
    this.choice = { ...this.choice, ...change };
    rememberDevices(this.choice, this.forLong);
    await this.open();
  }

  keep(forLong: boolean): void {
    this.forLong = forLong;
    rememberDevices(this.choice, forLong);
  }

  /** Loudness of this moment, 0–1 on a scale of decibels from −60 to 0. */
  level(): number {
    if (!this.#analyser) return 0;
    const wave = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(wave);
    const power = wave.reduce((sum, one) => sum + one * one, 0) / wave.length;
    const level = Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-9)) / 60));
    if (level > 0.25 && !this.heard) {
      this.heard = true;
      this.changed();
    }
    return level;
  }

  /** Three soft notes through the speaker. Resolves when they have been played. */
  async chime(): Promise<void> {
    const context = this.#audioContext();
    await context.resume();
    const notes = [523.25, 659.25, 783.99];
    notes.forEach((pitch, index) => {
      const start = context.currentTime + index * 0.22;
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.25, start + 0.03);
      gain.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
      const tone = new OscillatorNode(context, { frequency: pitch });
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.55);
    });
    await new Promise((done) => setTimeout(done, 1_000));
  }

  changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  #listen(track: MediaStreamTrack): void {
    const context = this.#audioContext();
    void context.resume();
    this.#analyser = new AnalyserNode(context, { fftSize: 1024 });
    new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) }).connect(
      this.#analyser,
    );
  }

  #audioContext(): AudioContext {
    this.#context ??= new AudioContext();
    return this.#context;
  }

  async #list(): Promise<void> {
    this.devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    this.changed();
  }
}
