/** Title, live clock, who is here, recording notice and how good the network is. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { Grade } from "../media/quality";
import type { RoomPhase } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { dayTime } from "../ui/time";

export class TopBar extends Part {
  static override properties = {
    heading: { type: String },
    sub: { type: String },
    home: { type: String },
    phase: { type: String },
    clock: { type: String },
    startsAt: { type: Number },
    online: { type: Number },
    expected: { type: Number },
    recording: { type: Boolean },
    grade: { type: String },
    roundTrip: { type: Number },
    linked: { type: Boolean },
  };

  declare heading: string;
  declare sub: string;
  declare home: string;
  declare phase: RoomPhase | "";
  /** Elapsed `hh:mm`. */
  declare clock: string;
  declare startsAt: number;
  declare online: number;
  declare expected: number;
  declare recording: boolean;
  declare grade: Grade;
  /** Ms; negative while unknown. */
  declare roundTrip: number;
  declare linked: boolean;

  protected override render(): TemplateResult {
    return html`<header class="room-top">
      <button class="ibtn" type="button" aria-label=${t("room.back")} @click=${this.#leave}>
        ${icon("left")}
      </button>
      <div class="room-title">
        <h1>${this.heading}</h1>
        <p>${this.sub}</p>
      </div>
      <div class="room-state">
        ${this.#phase()}
        ${
          this.phase && this.phase !== "ended"
            ? html`<span class="st" data-online>
              ${icon("people", "s")}${t("room.online", { n: this.online, m: this.expected })}
            </span>`
            : nothing
        }
        ${
          this.recording && this.phase !== "ended"
            ? html`<span class="st" title=${t("room.recording_notice")}>
              <i class="rec"></i>${t("room.recording")}
            </span>`
            : nothing
        }
        ${this.#network()}
      </div>
      <button class="ibtn more-p" type="button" aria-label=${t("ctl.more")} @click=${this.#more}>
        ${icon("more")}
      </button>
    </header>`;
  }

  #phase(): TemplateResult | typeof nothing {
    switch (this.phase) {
      case "live":
        return html`<span class="live">${t("room.live")} <span class="num">${this.clock}</span></span>`;
      case "scheduled":
        return html`<span class="st">${icon("clock", "s")}${dayTime(this.startsAt)}</span>`;
      case "ended":
        return html`<span class="st">${icon("check", "s")}${t("room.ended")}</span>`;
      default:
        return nothing;
    }
  }

  #network(): TemplateResult | typeof nothing {
    if (!this.phase || this.phase === "ended") return nothing;
    if (!this.linked) {
      return html`<span class="st warn">${icon("wifi-off", "s")}${t("net.reconnecting")}</span>`;
    }
    if (this.roundTrip < 0) return nothing;
    const words = { good: "net.good", fair: "net.fair", poor: "net.poor" } as const;
    return html`<span class="st ${this.grade === "good" ? "" : "warn"}" data-network>
      ${icon("wifi", "s")}${t(words[this.grade], { ms: Math.round(this.roundTrip) })}
    </span>`;
  }

  #more(): void {
    this.dispatchEvent(new CustomEvent("more"));
  }

  #leave(): void {
    this.dispatchEvent(new CustomEvent("leave"));
  }
}

customElements.define("lc-top", TopBar);
