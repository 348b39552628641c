/**
 * The speech recognition of the browser, where there is one (Web Speech API,
 * https://webaudio.github.io/web-speech-api/): Chrome and Edge send the sound to their makers.
 *
 * A recognition ends by itself after a silence; while it is wanted it is begun again.
 */

interface Alternative {
  readonly transcript: string;
}
interface Result {
  readonly isFinal: boolean;
  readonly length: number;
  readonly [index: number]: Alternative;
}
interface ResultEvent {
  readonly resultIndex: number;
  readonly results: { readonly length: number; readonly [index: number]: Result };
}

/** The part of `SpeechRecognition` that is used; no library of types has it. */
export interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: ResultEvent) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  abort(): void;
}

export type Make = () => Recognition;

/** How recognition is made here; null in a browser that has none. */
export function recognition(): Make | null {
  const scope = globalThis as {
    SpeechRecognition?: new () => Recognition;
    webkitSpeechRecognition?: new () => Recognition;
  };
  const Known = scope.SpeechRecognition ?? scope.webkitSpeechRecognition;
  return Known ? () => new Known() : null;
}

/** Errors after which trying again is of no use. */
const FATAL: ReadonlySet<string> = new Set([
  "not-allowed",
  "service-not-allowed",
  "audio-capture",
  "language-not-supported",
]);
/** Between two beginnings, so that a browser which ends at once is not asked in a circle (ms). */
const PAUSE = 1_000;

export interface Heard {
  /** A stretch of speech as it stands. */
  readonly said: (text: string) => void;
  /** What is being said and may still change; "" when nothing is. */
  readonly hint: (text: string) => void;
  /** It does not work: the error's name, as the standard has it. */
  readonly failed: (error: string) => void;
}

export class Speech {
  #running: Recognition | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly make: Make,
    private readonly heard: Heard,
  ) {}

  get on(): boolean {
    return this.#running !== null || this.#timer !== null;
  }

  /** Listens for `language` (BCP 47) until `stop` or an error that does not pass. */
  start(language: string): void {
    this.stop();
    const one = this.make();
    one.lang = language;
    one.continuous = true;
    one.interimResults = true;
    one.onresult = (event) => this.#result(event);
    one.onerror = ({ error }) => {
      if (!FATAL.has(error)) return;
      this.stop();
      this.heard.failed(error);
    };
    one.onend = () => {
      if (this.#running !== one) return;
      this.#running = null;
      this.#timer = setTimeout(() => this.start(language), PAUSE);
    };
    this.#running = one;
    one.start();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const one = this.#running;
    this.#running = null;
    one?.abort();
  }

  #result({ resultIndex, results }: ResultEvent): void {
    let open = "";
    for (let i = resultIndex; i < results.length; i++) {
      const text = results[i]?.[0]?.transcript ?? "";
      if (results[i]?.isFinal) this.heard.said(text);
      else open += text;
    }
    this.heard.hint(open);
  }
}

/** `text` in pieces of at most `most` characters, cut behind a mark or a blank where there is one. */
export function pieces(text: string, most: number): readonly string[] {
  const found: string[] = [];
  let rest = [...text.trim()];
  while (rest.length > most) {
    const head = rest.slice(0, most).join("");
    const cut = head.search(/[，。！？；,.!?;\s][^，。！？；,.!?;\s]*$/u);
    const length = cut > 0 ? [...head.slice(0, cut + 1)].length : most;
    found.push(rest.slice(0, length).join("").trim());
    rest = [...rest.slice(length).join("").trimStart()];
  }
  return rest.length > 0 ? [...found, rest.join("")] : found;
}
