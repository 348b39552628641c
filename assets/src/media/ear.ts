/**
 * Listens to the microphone while it is muted, on this machine alone: nothing of it is sent or
 * kept, only for how much of the last second it was as loud as a voice. A voice lasts; keys, cups
 * and coughs are loud for moments.
 */

/** Louder (RMS) than a room and a fan; a voice at a desk is at 0.05 and more. */
export const LOUD = 0.03;
/** Samples of a moment: about 20 ms. */
const MOMENT = 1024;
/** Samples looked at together, and how often (ms): without a gap, even when a timer is late. */
const WINDOW = 16_384;
const EVERY = 250;

/** Moments of `samples` in all, and those as loud as a voice. */
export function moments(samples: Float32Array): readonly [all: number, loud: number] {
  const all = Math.floor(samples.length / MOMENT);
  let loud = 0;
  for (let one = 0; one < all; one += 1) {
    let power = 0;
    for (const sample of samples.subarray(one * MOMENT, (one + 1) * MOMENT)) power += sample * sample;
    loud += Math.sqrt(power / MOMENT) >= LOUD ? 1 : 0;
  }
  return [all, loud];
}

export class Ear {
  #context: AudioContext | null = null;
  #track: MediaStreamTrack | null = null;
  #of: MediaStreamTrack | null = null;
  #meter: AnalyserNode | null = null;
  #all = 0;
  #loud = 0;
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
      this.#meter.fftSize = WINDOW;
      this.#context.createMediaStreamSource(new MediaStream([this.#track])).connect(this.#meter);
      this.#timer = setInterval(() => this.#hear(), EVERY);
    } catch {
      this.#stop();
    }
  }

  /** The share of time since it was asked before that was loud, 0–1; null: nothing is heard. */
  voice(): number | null {
    if (!this.#meter || this.#all === 0) return null;
    const share = this.#loud / this.#all;
    this.#all = this.#loud = 0;
    return share;
  }

  #hear(): void {
    if (!this.#meter) return;
    const samples = new Float32Array(this.#meter.fftSize);
    this.#meter.getFloatTimeDomainData(samples);
    const [all, loud] = moments(samples);
    this.#all += all;
    this.#loud += loud;
  }

  #stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#track?.stop();
    this.#track = this.#of = null;
    this.#meter = null;
    this.#all = this.#loud = 0;
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }
}
