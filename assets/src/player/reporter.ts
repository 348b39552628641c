/** One page and its lease: opens the lesson, says what was played, hears what counts. */
import { cover, type Range } from "./cover";
import type { Point } from "./docked";
import { type Answer, type Entry, Outbox, type Store, type Told } from "./outbox";

const EVERY = 15_000;
const OWN = "liveclass-lease";

interface Opened {
  readonly checkpoints?: readonly Point[];
  readonly lease: string;
  readonly watched: readonly Range[];
  readonly position: number;
  readonly permille: number;
}

/** What a reporter is told by its page: of a lesson, or of a replay. */
export interface ReporterData {
  readonly csrf: string;
  readonly watched: readonly Range[];
  readonly position: number;
  readonly permille: number;
  readonly urls: { readonly open: string; readonly watched: string };
}

/** Whatever knows what was played: a recorder, or the pages of a document. */
export interface Recording {
  take(): Range[];
}

/** What became of opening: `elsewhere` asks the person, `trouble` may be tried again. */
export type Opening = "open" | "elsewhere" | "refused" | "trouble";

export class Reporter {
  watched: readonly Range[];
  permille: number;
  /** Where to go on, as the server knows it. */
  position: number;
  /** Questions of the lesson, as of its opening. */
  points: readonly Point[] = [];
  /** Nobody answers. */
  cut = false;
  /** Another page or device has taken the lesson over. */
  lost = false;
  readonly #outbox: Outbox;
  #lease = "";
  #number = 0;
  #said = -1;

  constructor(
    private readonly data: ReporterData,
    private readonly recorder: Recording,
    store: Store,
    private readonly here: () => number,
    private readonly changed: () => void,
  ) {
    this.watched = data.watched;
    this.permille = data.permille;
    this.position = data.position;
    this.#outbox = new Outbox(
      store,
      (entry) => this.#send(entry),
      (entry, answer) => this.#heard(entry, answer),
    );
    void this.#outbox.load();
    setInterval(() => this.report(), EVERY);
    addEventListener("online", () => void this.#outbox.flush());
    addEventListener("pagehide", () => this.#lastWord());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#lastWord();
    });
  }

  get isOpen(): boolean {
    return this.#lease !== "";
  }

  /** What was played and has not arrived yet. */
  get waiting(): Range[] {
    return cover(
      this.#outbox.waiting.filter((one) => one.lease === this.#lease).flatMap((one) => one.played),
    );
  }

  /** Counted and on its way. */
  get seen(): Range[] {
    return cover([...this.watched, ...this.waiting]);
  }

  async open(takeOver: boolean): Promise<Opening> {
    let reply: Response;
    try {
      reply = await fetch(this.data.urls.open, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.data.csrf },
        body: JSON.stringify({ take_over: takeOver, own: sessionStorage.getItem(OWN) ?? "" }),
      });
    } catch {
      return this.#cut(true, "trouble");
    }
    if (!reply.ok) {
      const { code } = (await reply.json().catch(() => ({ code: "" }))) as { code: string };
      if (code === "playing_elsewhere") return this.#cut(false, "elsewhere");
      return this.#cut(reply.status >= 500, reply.status >= 500 ? "trouble" : "refused");
    }
    const opened = (await reply.json()) as Opened;
    this.#lease = opened.lease;
    this.#number = 0;
    this.#said = -1;
    this.lost = false;
    this.watched = opened.watched;
    this.permille = opened.permille;
    this.position = opened.position;
    this.points = opened.checkpoints ?? [];
    sessionStorage.setItem(OWN, opened.lease);
    return this.#cut(false, "open");
  }

  /** Say what was played since the last word; nothing when nothing has changed. */
  report(): void {
    const next = this.#next();
    if (!next) return;
    void this.#outbox
      .add(next.lease, next.number, next.played, next.position)
      .then((number) => {
        // it joined a report that waits: its own number stays free
        if (number < next.number && this.#number === next.number) this.#number = number;
        this.changed();
      });
    this.changed();
  }

  #next(): Entry | null {
    if (!this.#lease) return null;
    const played = this.recorder.take();
    const position = Math.max(0, Math.round(this.here()));
    if (played.length === 0 && (position === this.#said || this.#said < 0)) return null;
    this.#said = position;
    this.#number += 1;
    return { lease: this.#lease, number: this.#number, played, position };
  }

  /** The page is being closed, or put away: `fetch` may never end, a beacon is delivered. */
  #lastWord(): void {
    this.report();
    const last = this.#outbox.waiting.at(-1);
    if (!last) return;
    this.#outbox.close(last);
    navigator.sendBeacon(this.data.urls.watched, JSON.stringify(last));
  }

  async #send(entry: Entry): Promise<Answer> {
    try {
      const reply = await fetch(this.data.urls.watched, {
        method: "POST",
        body: JSON.stringify(entry),
        keepalive: true,
        credentials: "omit",
      });
      if (reply.ok) return { kind: "taken", told: (await reply.json()) as Told };
      if (reply.status >= 500 || reply.status === 429) return { kind: "later" };
      const { code } = (await reply.json().catch(() => ({ code: "" }))) as { code: string };
      return { kind: "refused", code };
    } catch {
      return { kind: "later" };
    }
  }

  #heard(entry: Entry, answer: Answer): void {
    this.cut = answer.kind === "later";
    if (entry.lease === this.#lease) {
      if (answer.kind === "taken") {
        this.watched = answer.told.watched;
        this.permille = answer.told.permille;
        if (!answer.told.open) this.#lose();
      } else if (answer.kind === "refused") this.#lose();
    }
    this.changed();
  }

  #lose(): void {
    this.#lease = "";
    this.lost = true;
  }

  #cut(cut: boolean, found: Opening): Opening {
    this.cut = cut;
    this.changed();
    return found;
  }
}
