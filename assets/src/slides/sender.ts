/** Sends a file of slides part by part, and waits until the server has looked into it. */

/** One file, as `liveclass.lectern.views` tells it. */
export interface Deck {
  readonly deck: number;
  readonly url: string;
  readonly name: string;
  readonly state: "arriving" | "checking" | "ready" | "failed";
  readonly pages: number;
  readonly size: number;
  readonly offset: number;
  readonly shown: boolean;
  readonly code: string;
  readonly message: string;
}

export interface Lectern {
  readonly decks: readonly Deck[];
  /** For `<input accept>`. */
  readonly accept: string;
  /** Bytes of one part. */
  readonly part: number;
}

/** The server said no; `message` is its sentence. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const LOOK_EVERY = 400;
const TRIES = 8;
/** What another attempt can cure. */
const CURABLE = new Set([0, 409, 423, 500, 502, 503, 504]);

export class Sender {
  constructor(
    private readonly base: string,
    private readonly csrf: string,
  ) {}

  async list(): Promise<Lectern> {
    return (await this.#ask(this.base)) as Lectern;
  }

  async drop(deck: Deck): Promise<void> {
    await this.#ask(deck.url, { method: "DELETE" });
  }

  /** Resolves when the file is ready; throws `Refused` when it is not taken or not usable. */
  async send(file: File, part: number, progress: (deck: Deck) => void): Promise<Deck> {
    const body = new URLSearchParams({ name: file.name, size: String(file.size) });
    let deck = (await this.#ask(this.base, { method: "POST", body })) as Deck;
    progress(deck);
    let failures = 0;
    while (deck.state === "arriving") {
      try {
        deck = (await this.#ask(deck.url, {
          method: "PATCH",
          headers: { "Upload-Offset": String(deck.offset) },
          body: file.slice(deck.offset, deck.offset + part),
        })) as Deck;
        failures = 0;
      } catch (reason) {
        failures += 1;
        if (!curable(reason) || failures > TRIES) throw reason;
        await pause(Math.min(500 * 2 ** failures, 15_000));
        deck = await this.#look(deck);
      }
      progress(deck);
    }
    return this.#ready(deck, progress);
  }

  async #ready(sent: Deck, progress: (deck: Deck) => void): Promise<Deck> {
    let deck = sent;
    while (deck.state === "checking") {
      await pause(LOOK_EVERY);
      deck = await this.#look(deck);
      progress(deck);
    }
    if (deck.state === "failed") throw new Refused(deck.code, deck.message);
    return deck;
  }

  /** How far it is; the same as before while the line is cut. */
  async #look(deck: Deck): Promise<Deck> {
    try {
      return (await this.#ask(deck.url)) as Deck;
    } catch (reason) {
      if (curable(reason)) return deck;
      throw reason;
    }
  }

  async #ask(url: string, how: RequestInit = {}): Promise<unknown> {
    const headers = { ...(how.headers as Record<string, string>), "X-CSRFToken": this.csrf };
    const answer = await fetch(url, { ...how, headers });
    if (answer.ok) return answer.status === 204 ? null : answer.json();
    const said = (await answer.json().catch(() => ({}))) as { code?: string; message?: string };
    throw new Refused(said.code ?? String(answer.status), said.message ?? "");
  }
}

function curable(reason: unknown): boolean {
  if (!(reason instanceof Refused)) return true; // the line
  return ["offset", "busy"].includes(reason.code) || CURABLE.has(Number(reason.code));
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
