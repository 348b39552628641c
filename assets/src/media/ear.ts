/**
 * Listens to the microphone while it is muted, on this machine alone: nothing of it is sent or
 * kept, only how loud it was in the last second.
 */
export class Ear {
  #context: AudioContext | null = null;
  #track: MediaStreamTrack | null = null;
  #of: MediaStreamTrack | null = null;
  #meter: AnalyserNode | null = null;
  #loudest = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** Listen to a copy of `track`: the original stays muted. Null: stop listening. */
  listen(track: MediaStreamTrack | null): void {
    if (track === this.#of) return;
    this.#stop();
    this.#of = track;
    if (!track || track.readyState !== "live") return;
    try {
      this.#context = new AudioContext();
      this.#track = track.clone();
      this.#track.enabled = true;
      this.#meter = this.#context.createAnalyser();
      this.#context.createMediaStreamSource(new MediaStream([this.#track])).connect(this.#meter);
      this.#timer = setInterval(() => this.#hear(), 100);
    } catch {
      this.#stop();
    }
  }

  /** The loudest moment since it was asked before, 0–1 (RMS); null when nothing is listened to. */
  level(): number | null {
    if (!this.#meter) return null;
    const found = this.#loudest;
    this.#loudest = 0;
    return found;
  }

  #hear(): void {
    if (!this.#meter) return;
    const samples = new Float32Array(this.#meter.fftSize);
    this.#meter.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    this.#loudest = Math.max(this.#loudest, Math.sqrt(power));
  }

  #stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#track?.stop();
    this.#track = this.#of = null;
    this.#meter = null;
    this.#loudest = 0;
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }
}
