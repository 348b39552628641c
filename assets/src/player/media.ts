/** The media element: loads the file, and tells the recorder what is really played. */
import type Hls from "hls.js";

import { loadHls, playsHls } from "../ui/hls";
import type { LessonData } from "./data";
import { Recorder } from "./recorder";

export const RATES = [0.75, 1, 1.25, 1.5, 2, 3] as const;

export class Media {
  readonly element: HTMLVideoElement | HTMLAudioElement;
  readonly recorder: Recorder;
  /** It cannot be played here. */
  failed = false;
  soundOnly = false;
  captions = false;
  #hls: Hls | null = null;
  #start: number | null;

  /**
   * @param changed something that is shown has changed
   * @param rested playing has stopped or jumped: time to say what was played
   * @param ended it has been played to its end
   */
  constructor(
    private readonly data: LessonData,
    private readonly changed: () => void,
    rested: () => void,
    ended: () => void,
  ) {
    this.recorder = new Recorder(data.length, data.fastest);
    this.#start = data.position / 10;
    const element = document.createElement(data.kind === "audio" ? "audio" : "video");
    this.element = element;
    element.preload = "metadata";
    element.setAttribute("aria-label", data.title);
    if (element instanceof HTMLVideoElement) {
      element.playsInline = true;
      element.poster = data.urls.poster;
    }
    const rest = (): void => {
      rested();
      changed();
    };
    const on = (name: string, act: () => void): void => element.addEventListener(name, act);
    // where it begins is known before the first word about where it is
    for (const name of ["play", "seeked"]) on(name, () => this.#begin());
    on("timeupdate", () => this.#move());
    on("ended", ended);
    for (const name of ["pause", "ended"]) {
      on(name, () => {
        this.#move();
        this.recorder.pause();
        rest();
      });
    }
    // a jump: where it leads has not been played, and what comes after begins anew
    on("seeking", () => {
      this.recorder.stop();
      rest();
    });
    on("ratechange", () => {
      this.recorder.stop();
      changed();
    });
    for (const name of ["playing", "waiting", "volumechange"]) on(name, changed);
    on("loadedmetadata", () => this.#place());
    on("error", () => {
      this.failed = true;
      changed();
    });
    for (const one of data.captions) this.#track(one.language, one.src);
    void this.#load();
  }

  /** Seconds. */
  get time(): number {
    return this.#start ?? this.element.currentTime;
  }

  get end(): number {
    return this.data.length / 10;
  }

  get playing(): boolean {
    return !this.element.paused && !this.element.ended;
  }

  get waiting(): boolean {
    return this.playing && this.element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  async play(): Promise<void> {
    if (this.element.ended || this.time >= this.end - 0.3) this.seek(0);
    await this.element.play().catch(() => undefined);
  }

  pause(): void {
    this.element.pause();
  }

  seek(to: number): void {
    const at = Math.min(Math.max(to, 0), Math.max(0, this.end - 0.1));
    if (this.element.readyState > 0) this.element.currentTime = at;
    else this.#start = at;
    this.changed();
  }

  setRate(rate: number): void {
    this.element.playbackRate = rate;
  }

  setMuted(muted: boolean): void {
    this.element.muted = muted;
  }

  setSoundOnly(on: boolean): void {
    this.soundOnly = on;
    // the smallest picture, as nobody sees it
    if (this.#hls) this.#hls.currentLevel = on ? 0 : -1;
    this.#showCaptions();
    this.changed();
  }

  setCaptions(on: boolean): void {
    this.captions = on;
    this.#showCaptions();
    this.changed();
  }

  /** No picture is shown: what is said has to be written by the page. */
  get isSound(): boolean {
    return this.soundOnly || this.data.kind === "audio";
  }

  /** What the captions say now, line by line; nothing while the browser writes it itself. */
  get words(): readonly string[] {
    if (!this.captions || !this.isSound) return [];
    const cues = [...(this.#spoken()?.activeCues ?? [])];
    return cues.map((cue) => (cue as VTTCue).getCueAsHTML().textContent ?? "");
  }

  #spoken(): TextTrack | undefined {
    const tracks = [...this.element.textTracks];
    const wanted = tracks.find((one) => this.data.lang.startsWith(one.language.slice(0, 2)));
    return wanted ?? tracks[0];
  }

  #showCaptions(): void {
    const spoken = this.#spoken();
    const shown = this.isSound ? "hidden" : "showing";
    for (const one of this.element.textTracks) {
      one.mode = this.captions && one === spoken ? shown : "disabled";
    }
  }

  #begin(): void {
    if (!this.element.paused) this.#move();
    this.changed();
  }

  #move(): void {
    const { element } = this;
    if (element.seeking || this.#start !== null) return;
    this.recorder.move(element.currentTime, element.playbackRate, performance.now());
    this.changed();
  }

  #place(): void {
    const start = this.#start ?? 0;
    this.#start = null;
    if (start > 0 && start < this.end - 1) this.element.currentTime = start;
    this.changed();
  }

  #track(language: string, src: string): void {
    const track = document.createElement("track");
    track.kind = "captions";
    track.srclang = language;
    track.label = language.startsWith("zh") ? "中文" : "English";
    track.src = src;
    track.track.addEventListener("cuechange", () => this.changed());
    this.element.append(track);
  }

  async #load(): Promise<void> {
    const { file, hls } = this.data.urls;
    if (!file.endsWith(".m3u8")) {
      this.element.src = file;
      return;
    }
    // hls.js first: Chromium says it plays playlists by itself, and does not play all of them
    const Player = await loadHls(hls).catch(() => null);
    if (!Player) {
      if (playsHls(this.element)) this.element.src = file;
      else this.failed = true;
      return this.changed();
    }
    const player = new Player({ maxBufferLength: 30, maxMaxBufferLength: 90, enableWorker: false });
    player.on(Player.Events.ERROR, (_name, problem) => {
      if (!problem.fatal) return;
      if (problem.type === Player.ErrorTypes.MEDIA_ERROR) player.recoverMediaError();
      else if (problem.type === Player.ErrorTypes.NETWORK_ERROR) player.startLoad();
      else this.failed = true;
    });
    player.loadSource(file);
    player.attachMedia(this.element);
    this.#hls = player;
  }
}
