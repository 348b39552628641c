/** Own picture and the choice of devices. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon, Part } from "../ui/part";
import "../room/picture";
import { rig } from "./shared";

export class Preview extends Part {
  readonly #changed = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    rig.addEventListener("change", this.#changed);
  }

  override disconnectedCallback(): void {
    rig.removeEventListener("change", this.#changed);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    return html`<div class="preview stage-ui">
        ${
          rig.preview
            ? html`<lc-picture
              kind="tile"
              .media=${rig.preview}
              .moving=${true}
              .muted=${!rig.audio}
              .mirror=${true}
              .sounding=${rig.heard}
              caption=${t("check.preview")}
            ></lc-picture>`
            : html`<div class="tile picture words">
              ${rig.asking ? html`<span class="spin" aria-hidden="true"></span>` : icon("cam-off", "l")}
              <p class="sub2">${t(rig.asking ? "console.asking_hint" : "check.no_picture")}</p>
            </div>`
        }
      </div>
      <div class="bar cam-bar">
        ${this.#switch("mic", t("device.mic"))} ${this.#switch("cam", t("device.cam"))}
      </div>
      ${
        rig.asked
          ? html`<div class="bar">
            ${this.#select("audioinput", "audioId", t("device.mic"))}
            ${this.#select("videoinput", "videoId", t("device.cam"))}
          </div>`
          : nothing
      }`;
  }

  #switch(part: "mic" | "cam", label: string): TemplateResult {
    return html`<label class="switch">
      <input
        type="checkbox"
        role="switch"
        .checked=${rig[part] && rig.asked}
        @change=${(event: Event) => {
          const on = (event.target as HTMLInputElement).checked;
          if (!rig.asked) {
            rig.mic = part === "mic";
            rig.cam = part === "cam";
          } else rig[part] = on;
          void rig.open();
        }}
      />
      ${label}
    </label>`;
  }

  #select(kind: MediaDeviceKind, part: "audioId" | "videoId", label: string): TemplateResult {
    const devices = rig.devices.filter((one) => one.kind === kind);
    return html`<select
      class="input sel"
      aria-label=${label}
      @change=${(event: Event) =>
        void rig.choose({ [part]: (event.target as HTMLSelectElement).value })}
    >
      ${devices.map(
        (one, index) => html`<option
          value=${one.deviceId}
          ?selected=${one.deviceId === rig.choice[part]}
        >
          ${one.label || `${label} ${index + 1}`}
        </option>`,
      )}
    </select>`;
  }
}

customElements.define("lc-check-preview", Preview);
