/**
 * How chat is told to readers of the screen: never as it comes, whatever comes.
 *
 * A summary at most every EVERY; who asks for every message hears one at most every EACH, and what
 * came in between as a number. What is left over is told too, when its time has come.
 */
import { t } from "../i18n";
import type { Person } from "../protocol.gen";
import { nameOf } from "../ui/part";
import { type Clock, realClock } from "./clock";
import { chatVoice } from "./settings";

/** Milliseconds. */
const EVERY = 15_000;
const EACH = 4_000;
/** Lines that come together are told together, the first ones too. */
const GATHER = 2_000;
/** Of a long message; the rest is read in the list. */
const CHARS = 200;

interface Line {
  readonly author: Person;
  readonly text: string;
}

export class ChatVoice {
  #waiting = 0;
  #last: Line | null = null;
  #said = -Infinity;
  #planned = false;

  constructor(
    private readonly say: (text: string) => void,
    private readonly clock: Clock = realClock,
    private readonly how: typeof chatVoice = chatVoice,
  ) {}

  /** Somebody else has said something. */
  tell(line: Line): void {
    const how = this.how();
    if (how === "off") return;
    this.#waiting += 1;
    this.#last = line;
    if (this.#planned) return;
    this.#planned = true;
    const free = this.#said + (how === "all" ? EACH : EVERY) - this.clock.now();
    this.clock.after(Math.max(free, how === "all" ? 0 : GATHER), () => this.#speak());
  }

  #speak(): void {
    const { text, author } = this.#last ?? { text: "" };
    const how = this.how();
    if (how === "all" && this.#waiting === 1 && author) {
      const short = [...text].length > CHARS ? `${[...text].slice(0, CHARS).join("")}…` : text;
      this.say(`${nameOf(author)}${t("sep.colon")}${short}`);
    } else if (how !== "off") this.say(t("say.chat", { n: this.#waiting }));
    this.#said = this.clock.now();
    this.#waiting = 0;
    this.#last = null;
    this.#planned = false;
  }
}
