/**
 * What a room tests by itself, once a second, and says without being asked. Pure: facts in, at most
 * one alarm out. A false alarm costs more trust than a late one: each has to last.
 */
import type { StreamQuality } from "../protocol.gen";
import type { MediaPhase } from "./session";

export type Alarm =
  | "muted_talking"
  | "mic_silent"
  | "nobody_hears"
  | "nobody_sees"
  | "nobody_gets"
  | "no_network"
  | "blocked"
  | "lecturer_paused"
  | "nothing";

/** The one act that helps. */
export type Help = "unmute" | "devices" | "again" | "sound_only" | "none";

export const HELP: Readonly<Record<Alarm, Help>> = {
  muted_talking: "unmute",
  mic_silent: "devices",
  nobody_hears: "again",
  nobody_sees: "again",
  nobody_gets: "again",
  no_network: "none",
  blocked: "again",
  lecturer_paused: "none",
  nothing: "again",
};

/** What a lecturer's page knows in one second. */
export interface SenderFacts {
  /** The class is running and this page sends. */
  readonly on: boolean;
  readonly phase: MediaPhase;
  readonly mic: boolean;
  readonly hasMic: boolean;
  /** The device itself is muted, by a switch or by the system. */
  readonly deviceMuted: boolean;
  /** Share of the second that was as loud as a voice, 0–1, heard by this page alone while muted;
   * null when it does not listen. */
  readonly voice: number | null;
  /** Energy of the sent sound since the second before. */
  readonly energy: number;
  readonly cam: boolean;
  readonly hasCam: boolean;
  /** How the server receives the camera stream; null until it was told. */
  readonly line: StreamQuality | null;
  /** Members who have a page open. */
  readonly online: number;
}

/** What a member's page knows in one second. */
export interface ViewerFacts {
  /** The camera stream is on the stage and this page wants it. */
  readonly staged: boolean;
  readonly phase: MediaPhase;
  readonly reason: string;
  /** Packets have arrived since the second before. */
  readonly arriving: boolean;
  readonly line: StreamQuality | null;
  /** The browser has a network, and the class server answers. */
  readonly network: boolean;
}

/** A fact that counts only when it has held for some seconds. */
class Held {
  #seconds = 0;

  constructor(private readonly needed: number) {}

  /** Seconds that it was otherwise are forgiven slowly when `forgive`: speech has pauses. */
  second(on: boolean, forgive = false): boolean {
    if (on) this.#seconds += 1;
    else this.#seconds = forgive ? Math.max(0, this.#seconds - 0.5) : 0;
    return this.#seconds >= this.needed;
  }

  clear(): void {
    this.#seconds = 0;
  }
}

/** Share of a second that is loud when somebody talks; a fast typist reaches a fifth. */
export const SPEECH = 0.35;
/** An open microphone is never as quiet as this: its own noise is more. */
export const DEAD_ENERGY = 1e-9;

/** The lecturer's: somebody talks and nobody hears it. */
export class SenderWatch {
  readonly #talking = new Held(3);
  readonly #dead = new Held(15);
  readonly #muted = new Held(3);
  readonly #unheard = new Held(8);
  readonly #unseen = new Held(8);
  readonly #unwatched = new Held(20);

  second(facts: SenderFacts): Alarm | null {
    const { line, on } = facts;
    const live = on && facts.phase === "live";
    const open = live && facts.mic && facts.hasMic;
    const loud = on && !facts.mic && (facts.voice ?? 0) >= SPEECH;
    const talking = this.#talking.second(loud, on && !facts.mic);
    const muted = this.#muted.second(open && facts.deviceMuted);
    const dead = this.#dead.second(open && facts.energy < DEAD_ENERGY);
    const unheard = this.#unheard.second(open && line !== null && !line.audio);
    const unseen = this.#unseen.second(
      live && facts.cam && facts.hasCam && line !== null && !line.video,
    );
    const unwatched = this.#unwatched.second(
      live && facts.online > 0 && line !== null && !line.watched,
    );
    if (talking) return "muted_talking";
    if (muted || dead) return "mic_silent";
    if (unheard) return "nobody_hears";
    if (unseen) return "nobody_sees";
    return unwatched ? "nobody_gets" : null;
  }
}

/** A member's: there is something to receive and nothing comes. */
export class ViewerWatch {
  readonly #offline = new Held(4);
  readonly #blocked = new Held(10);
  readonly #empty = new Held(6);

  second(facts: ViewerFacts): Alarm | null {
    const { staged, phase, reason, line } = facts;
    const starved = staged && !(phase === "live" && facts.arriving);
    const offline = this.#offline.second(starved && !facts.network);
    const blocked = this.#blocked.second(
      starved && facts.network && reason === "ice" && (phase === "waiting" || phase === "connecting"),
    );
    const empty = this.#empty.second(starved && facts.network && phase === "live");
    if (offline) return "no_network";
    if (blocked) return "blocked";
    if (!empty) return null;
    return line && !line.audio && !line.video ? "lecturer_paused" : "nothing";
  }
}
