/** A row above the stage for what needs a word: what happened, what still works, what comes next. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { RoomCommand } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { clockTime, waited } from "../ui/time";
import type { Link } from "./socket";

export class Banner extends Part {
  static override properties = {
    link: { attribute: false },
    kept: { attribute: false },
    mediaLive: { type: Boolean },
    /** Unix milliseconds of this machine. */
    wall: { type: Number },
  };

  declare link: Link;
  /** Commands that will be sent when the line is back. */
  declare kept: readonly RoomCommand[];
  /** Picture and sound still flow. */
  declare mediaLive: boolean;
  declare wall: number;

  protected override render(): TemplateResult | typeof nothing {
    const { link } = this;
    if (link.phase === "open" || link.phase === "closed") return nothing;
    // A blink is not worth a word.
    if (this.wall - link.since < 1_500) return nothing;
    return html`<div class="banner" role="status" data-banner>
      ${icon("wifi-off")}
      <p>
        <b>${t("link.lost")}</b>
        <span>
          ${this.mediaLive
            ? t("link.media_live")
            : t("link.since", { time: clockTime(link.since / 1000) })}
        </span>
        ${this.#keptWords()} ${this.#retryWords()}
      </p>
      <button class="btn on-stage" type="button" @click=${this.#retry}>${t("link.retry")}</button>
    </div>`;
  }

  #keptWords(): TemplateResult | typeof nothing {
    if (this.kept.length === 0) return html`<span>${t("link.keep")}</span>`;
    return html`<span>${t("link.kept", { n: this.kept.length })}</span>`;
  }

  #retryWords(): TemplateResult | typeof nothing {
    const { link } = this;
    if (link.phase === "connecting") return html`<span>${t("net.reconnecting")}</span>`;
    if (link.phase !== "waiting") return nothing;
    const seconds = Math.max(0, Math.ceil((link.retryAt - this.wall) / 1000));
    return html`<span class="num">${t("link.attempt", { n: link.attempt, time: waited(seconds) })}</span>`;
  }

  #retry(): void {
    this.dispatchEvent(new CustomEvent("retry"));
  }
}

customElements.define("lc-banner", Banner);
