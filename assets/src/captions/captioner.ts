/** The desk of who writes captions: typed line by line, or heard by this browser. */
import { html, nothing, type TemplateResult } from "lit";

import { language, t } from "../i18n";
import { CAPTION_CHARS, type CaptionLine } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { pieces, recognition, Speech } from "./speech";

export interface Written {
  readonly text: string;
  readonly source: "typed" | "speech";
}

/** Hints are not sent more often (ms); the server lets four a second through. */
const EVERY = 400;
const SPOKEN = [
  ["zh-CN", "普通话"],
  ["en-US", "English"],
] as const;

export class Captioner extends Part {
  static override properties = {
    lines: { attribute: false },
    listening: { state: true },
    problem: { state: true },
  };

  declare lines: readonly CaptionLine[];
  declare listening: boolean;
  declare problem: string;
  readonly #make = recognition();
  #speech: Speech | null = null;
  #spoken: string = language() === "en" ? "en-US" : "zh-CN";
  #hinted = 0;

  constructor() {
    super();
    this.listening = false;
    this.problem = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#speech?.stop();
  }

  protected override render(): TemplateResult {
    const newest = this.lines.findLast((one) => one.text !== "");
    return html`<section class="banner captioner" aria-label=${t("caption.desk")}>
      <form class="captioner-line" @submit=${this.#submit}>
        <label class="vh" for="caption-text">${t("caption.write")}</label>
        <input
          class="input"
          id="caption-text"
          name="text"
          autocomplete="off"
          maxlength=${CAPTION_CHARS}
          placeholder=${t("caption.placeholder")}
          ?disabled=${this.listening}
          @input=${(event: InputEvent) => this.#hint((event.target as HTMLInputElement).value)}
        />
        <button class="btn on-stage" ?disabled=${this.listening}>${t("caption.show")}</button>
      </form>
      ${this.#make ? this.#hearing() : nothing}
      ${
        newest
          ? html`<p class="captioner-last">
              <span>${newest.text}</span>
              <button class="btn on-stage" type="button" data-recall-caption @click=${() => this.#tell("caption-recall", newest.id)}>
                ${t("caption.recall")}
              </button>
            </p>`
          : nothing
      }
      ${this.problem ? html`<p role="alert">${this.problem}</p>` : nothing}
      <button class="ibtn" type="button" aria-label=${t("caption.done")} @click=${() => this.#tell("caption-done")}>
        ${icon("x", "s")}
      </button>
    </section>`;
  }

  /** Where the sound goes is said before it goes there. */
  #hearing(): TemplateResult {
    return html`<div class="captioner-hear">
      <label class="vh" for="caption-language">${t("caption.language")}</label>
      <select
        class="input"
        id="caption-language"
        ?disabled=${this.listening}
        @change=${(event: Event) => (this.#spoken = (event.target as HTMLSelectElement).value)}
      >
        ${SPOKEN.map(
          ([code, name]) =>
            html`<option value=${code} lang=${code} ?selected=${code === this.#spoken}>${name}</option>`,
        )}
      </select>
      <button
        class="btn on-stage"
        type="button"
        data-hear
        aria-pressed=${this.listening}
        aria-describedby="caption-where"
        @click=${() => this.#toggle()}
      >
        ${icon(this.listening ? "stop" : "mic", "s")}${t(this.listening ? "caption.hear_stop" : "caption.hear")}
      </button>
      <p class="hint" id="caption-where">${t("caption.where")}</p>
    </div>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#caption-text");
    const text = input?.value.trim() ?? "";
    if (!input || text === "") return;
    input.value = "";
    this.#write({ text, source: "typed" });
  };

  #toggle(): void {
    if (this.listening) {
      this.#speech?.stop();
      this.listening = false;
      return;
    }
    if (!this.#make) return;
    this.problem = "";
    this.#speech = new Speech(this.#make, {
      said: (text) => {
        for (const one of pieces(text, CAPTION_CHARS)) this.#write({ text: one, source: "speech" });
      },
      hint: (text) => this.#hint(text),
      failed: (error) => {
        this.listening = false;
        this.problem = t(
          error === "not-allowed" || error === "audio-capture"
            ? "caption.no_microphone"
            : "caption.no_service",
        );
      },
    });
    this.#speech.start(this.#spoken);
    this.listening = true;
  }

  #write(written: Written): void {
    this.#hinted = 0;
    this.#tell("caption", written);
  }

  #hint(text: string): void {
    const now = performance.now();
    if (now - this.#hinted < EVERY) return;
    this.#hinted = now;
    this.#tell("caption-hint", text.slice(-CAPTION_CHARS));
  }

  #tell(name: string, detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define("lc-captioner", Captioner);
