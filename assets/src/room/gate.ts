/** The door: one touch on Join starts the sound; nobody who only listens is asked for a device. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon, Part } from "../ui/part";

export class Gate extends Part {
  static override properties = {
    heading: { type: String },
    org: { type: String },
    recording: { type: Boolean },
    replay: { type: String },
  };

  declare heading: string;
  declare org: string;
  declare recording: boolean;
  /** Address of the class from its beginning; empty when nothing was recorded. */
  declare replay: string;

  protected override render(): TemplateResult {
    return html`<main class="gate-room stage-ui" id="main">
      <section class="gate-box" aria-labelledby="gate-h">
        <p class="sub2">${this.org}</p>
        <h1 id="gate-h" class="song">${this.heading}</h1>
        ${
          this.recording
            ? html`<p class="st"><i class="rec"></i>${t("room.recording_notice")}</p>`
            : nothing
        }
        <button class="btn pri big" type="button" data-join @click=${() => this.#join(false)}>
          ${t("gate.join")}
        </button>
        <button class="btn on-stage" type="button" @click=${() => this.#join(true)}>
          ${icon("ear", "s")}${t("gate.join_audio")}
        </button>
        ${
          this.replay
            ? html`<a class="btn on-stage" data-replay href=${this.replay}>
                ${icon("replay", "s")}${t("recording.from_start")}
              </a>`
            : nothing
        }
        <p class="sub2">${t("gate.no_permission")}</p>
      </section>
    </main>`;
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>("[data-join]")?.focus();
  }

  #join(audioOnly: boolean): void {
    this.dispatchEvent(new CustomEvent("join", { detail: { audioOnly } }));
  }
}

customElements.define("lc-gate", Gate);

/** The stage before anything is known of the room. */
export function entering(): TemplateResult {
  return html`<section class="stage" id="stage">
    <div class="stage-fit">
      <div class="picture words" role="status">
        <span class="spin" aria-hidden="true"></span>
        <p class="song">${t("room.entering")}</p>
      </div>
    </div>
  </section>`;
}
