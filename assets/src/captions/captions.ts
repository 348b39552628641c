/**
 * What is said, in writing, at the foot of the picture: for who wants it, in class and in a replay.
 *
 * Not read aloud: a screen reader would speak over the voice it is made of.
 */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { CaptionLine } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { captionsWanted, type Hint, standing, wantCaptions } from "./shown";

export class Captions extends Part {
  static override properties = {
    lines: { attribute: false },
    hint: { attribute: false },
    now: { type: Number },
    wanted: { state: true },
  };

  declare lines: readonly CaptionLine[];
  declare hint: Hint | null;
  /** Seconds, on the clock of `at` of the lines. */
  declare now: number;
  declare wanted: boolean;

  constructor() {
    super();
    this.lines = [];
    this.hint = null;
    this.now = 0;
    this.wanted = captionsWanted();
  }

  /** Shows them, or no longer; kept for the next class. */
  toggle(): void {
    this.wanted = !this.wanted;
    wantCaptions(this.wanted);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.lines.length === 0 && this.hint === null) return nothing;
    const shown = this.wanted ? standing(this.lines, this.hint, this.now) : [];
    return html`<div class="cc">
      <p class="cc-text" data-captions ?hidden=${shown.length === 0}>
        ${shown.map((one) => html`<span>${one}</span>`)}
      </p>
      <button
        class="cc-switch ${this.wanted ? "on" : ""}"
        type="button"
        data-cc
        aria-pressed=${this.wanted}
        aria-keyshortcuts="T"
        @click=${() => this.toggle()}
      >
        ${icon("cc", "s")}<span>${t("caption.captions")}</span>
      </button>
    </div>`;
  }
}

customElements.define("lc-captions", Captions);
