/** Those who speak beside the lecturer, as this page hears and sees them. */
import type { MediaStatus } from "../media/session";
import { SpeakersViewer, type SpeakersOptions } from "../media/speakers";
import type { LayerWish } from "../media/wish";
import type { RoomState } from "../protocol.gen";
import { Sound } from "./sound";

export interface FloorOptions {
  readonly url: string;
  readonly token: (fresh: boolean) => Promise<string>;
  readonly servers: () => readonly RTCIceServer[];
  /** Sound alone, to save data. */
  readonly audioOnly: () => boolean;
  /** How much of the picture is wanted: as on the stage. */
  readonly wish: () => LayerWish;
  readonly onChange: () => void;
  /** Makes the session; for tests. */
  readonly open?: (options: SpeakersOptions) => FloorViewer;
}

/** What is needed of a session that watches those who speak. */
export type FloorViewer = Pick<
  SpeakersViewer,
  "start" | "stop" | "choose" | "hurry" | "heard" | "seen"
>;

const LOOK_EVERY = 400;
const IDLE: MediaStatus = { phase: "idle", reason: "" };

export class Floor {
  status: MediaStatus = IDLE;
  /** Members who are heard at this moment. */
  heard: ReadonlySet<number> = new Set();
  /** Whose picture it is; null while there is none. */
  seen: number | null = null;
  picture: MediaStream | null = null;
  #viewer: FloorViewer | null = null;
  #video = true;
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #sounds: readonly Sound[];

  constructor(private readonly options: FloorOptions) {
    this.#sounds = [0, 1, 2].map(() => new Sound(options.onChange));
  }

  /** The browser wants a touch before it plays. */
  get blocked(): boolean {
    return this.#sounds.some((one) => one.blocked);
  }

  /** Puts the elements into the page, where tests and browsers can find them. */
  mount(into: HTMLElement): void {
    for (const one of this.#sounds) one.mount(into);
  }

  /**
   * Called inside a touch or a key press, so that what comes later may sound. While the page still
   * loads there was no touch, and an element that waits for a stream would hold its load event up.
   */
  unlock(): void {
    if (document.readyState !== "complete") return;
    for (const one of this.#sounds) one.unlock();
  }

  /** Another size of the picture, or none while nobody looks; the sounds go on. */
  choose(wish: LayerWish): void {
    this.#viewer?.choose(wish);
  }

  /**
   * Watch while somebody else than oneself was asked to speak. Until she does there is nothing to
   * watch; the room says when that changes, and then the next attempt is not waited for.
   */
  follow(room: RoomState): void {
    const others = room.speakers.some((one) => one.person.id !== room.me.id);
    if (!others || room.phase !== "live") return this.stop();
    const video = !this.options.audioOnly();
    if (this.#viewer && this.#video === video) return this.#viewer.hurry();
    this.stop();
    this.#video = video;
    const open = this.options.open ?? ((options) => new SpeakersViewer(options));
    this.#viewer = open({
      url: this.options.url,
      token: this.options.token,
      servers: this.options.servers,
      video,
      onTracks: (sounds, picture) => this.#play(sounds, picture),
      onStatus: (status) => {
        this.status = status;
        this.options.onChange();
      },
    });
    this.#viewer.choose(this.options.wish());
    this.#viewer.start();
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY);
  }

  stop(leaving = false): void {
    const viewer = this.#viewer;
    this.#viewer = null;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.heard = new Set();
    this.seen = null;
    this.status = IDLE;
    viewer?.stop(leaving);
  }

  #play(sounds: readonly MediaStreamTrack[], picture: MediaStreamTrack | null): void {
    this.#sounds.forEach((one, place) => {
      const track = sounds[place];
      one.play(track ? new MediaStream([track]) : null);
    });
    this.picture = picture ? new MediaStream([picture]) : null;
    this.options.onChange();
  }

  async #look(): Promise<void> {
    const viewer = this.#viewer;
    if (!viewer) return;
    const [heard, seen] = [await viewer.heard(), viewer.seen];
    if (viewer !== this.#viewer) return;
    const same = heard.size === this.heard.size && [...heard].every((one) => this.heard.has(one));
    if (same && seen === this.seen) return;
    this.heard = heard;
    this.seen = seen;
    this.options.onChange();
  }
}
