/** How loud the microphone is, as lit squares: SVG attributes, drawn ten times a second. */
import { html, svg, type TemplateResult } from "lit";

import { t } from "../i18n";
import { Part } from "../ui/part";
import { rig } from "./shared";

const SQUARES = 28;

export class Meter extends Part {
  static override properties = { lit: { state: true } };
  declare lit: number;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor() {
    super();
    this.lit = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => (this.lit = Math.round(rig.level() * SQUARES)), 100);
  }

  override disconnectedCallback(): void {
    if (this.#timer) clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    return html`<svg
      class="meter"
      viewBox="0 0 ${SQUARES * 6 - 2} 14"
      role="meter"
      aria-label=${t("check.meter")}
      aria-valuemin="0"
      aria-valuemax=${SQUARES}
      aria-valuenow=${this.lit}
    >
      ${Array.from(
        { length: SQUARES },
        (_, at) =>
          svg`<rect class=${at < this.lit ? "on" : "off"} x=${at * 6} width="4" height="14" rx="1"></rect>`,
      )}
    </svg>`;
  }
}

customElements.define("lc-meter", Meter);
