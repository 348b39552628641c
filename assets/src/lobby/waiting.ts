/** Waiting to be let in: asks, shows the answer, asks again later, and opens the class. */

/** Answer of the server; twin of `Standing` in `liveclass/entrance/lobby.py`. */
export interface Standing {
  /** `in`, `lobby`, `locked`, `signed_out`, or the code of another refusal. */
  readonly state: string;
  readonly title: string;
  readonly text: string;
  readonly message: string;
  /** After how many milliseconds to ask again; 0 for answers that are final. */
  readonly retry_ms: number;
}

export interface Surroundings {
  readonly ask: () => Promise<Standing>;
  readonly show: (told: Standing) => void;
  readonly open: () => void;
  readonly later: (run: () => void, milliseconds: number) => unknown;
}

/** Milliseconds until the next try when the server could not be asked. */
const UNREACHED = 5000;

export class Waiting {
  /** Answers of an earlier start are not listened to any more. */
  #round = 0;
  /** The staff may see her waiting: she says so when she goes. */
  asked = false;

  constructor(private readonly around: Surroundings) {}

  start(): void {
    this.#round += 1;
    void this.#look(this.#round);
  }

  stop(): void {
    this.#round += 1;
  }

  async #look(round: number): Promise<void> {
    let told: Standing | null = null;
    try {
      told = await this.around.ask();
    } catch {
      // No network, or the server is being restarted: what is shown stays true for her.
    }
    if (round !== this.#round) return;
    if (told) {
      this.asked = told.state === "lobby";
      this.around.show(told);
      if (told.state === "in") return this.around.open();
      if (told.retry_ms === 0) return;
    }
    this.around.later(() => {
      if (round === this.#round) void this.#look(round);
    }, told?.retry_ms ?? UNREACHED);
  }
}
