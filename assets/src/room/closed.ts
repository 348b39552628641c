/** The server said not to come back: what happened, and the one button that helps. */
import { html, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { icon, Part } from "../ui/part";

const WORDS: Readonly<Record<string, readonly [Key, Key]>> = {
  removed: ["closed.removed", "closed.removed_hint"],
  not_in_audience: ["closed.audience", "closed.audience_hint"],
  room_full: ["closed.full", "closed.full_hint"],
  signed_out: ["closed.signed_out", "closed.signed_out_hint"],
};

export class Closed extends Part {
  static override properties = {
    code: { type: String },
    message: { type: String },
    home: { type: String },
  };

  declare code: string;
  declare message: string;
  declare home: string;

  protected override render(): TemplateResult {
    const [title, hint] = WORDS[this.code] ?? (["closed.other", "closed.other_hint"] as const);
    const again = this.code === "signed_out" || this.code === "room_full" || !(this.code in WORDS);
    return html`<main class="gate-room stage-ui" id="main">
      <section class="gate-box" role="alert" data-closed=${this.code}>
        ${icon("lock", "l")}
        <h1 class="song">${t(title)}</h1>
        <p class="sub2">${this.message || t(hint)}</p>
        <div class="bar mid">
          ${
            again
              ? html`<button class="btn pri" type="button" @click=${() => location.reload()}>
                ${t("closed.reload")}
              </button>`
              : ""
          }
          <a class="btn on-stage" href=${this.home}>${t("room.back")}</a>
        </div>
      </section>
    </main>`;
  }
}

customElements.define("lc-closed", Closed);
