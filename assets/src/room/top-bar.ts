/** Title, live clock, who is here, recording notice and how good the network is. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { Reason } from "../media/condition";
import type { Grade } from "../media/quality";
import type { RecordingPhase, RoomPhase } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { dayTime } from "../ui/time";
import { recordingMark } from "./recording";

/** The cause in a word or two, where the grade alone helps nobody. */
const SHORT: Readonly<Record<Reason, Key>> = {
  lecturer: "short.lecturer",
  cpu: "short.cpu",
  upload: "short.upload",
  loss: "short.loss",
  delay: "short.delay",
  jitter: "short.jitter",
  freeze: "short.freeze",
  relay: "short.relay",
};

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
    recording: { type: String },
    grade: { type: String },
    reason: { type: String },
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
  declare recording: RecordingPhase;
  declare grade: Grade;
  /** The first cause of a grade that is not good. */
  declare reason: Reason | "";
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
        ${this.phase === "ended" ? nothing : recordingMark(this.recording)}
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
    const told = t(words[this.grade], { ms: Math.round(this.roundTrip) });
    const bad = this.grade !== "good";
    return html`<button
      class="st st-btn ${bad ? "warn" : ""}"
      type="button"
      data-network
      aria-haspopup="dialog"
      @click=${() => this.dispatchEvent(new CustomEvent("line"))}
    >
      ${icon("wifi", "s")}${bad && this.reason ? t(SHORT[this.reason]) : told}
    </button>`;
  }

  #more(): void {
    this.dispatchEvent(new CustomEvent("more"));
  }

  #leave(): void {
    this.dispatchEvent(new CustomEvent("leave"));
  }
}

customElements.define("lc-top", TopBar);
