/** What hides behind “More”: keys, what is read aloud, and the devices of whoever sends. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { DeviceChoice } from "../media/capture";
import { PICTURE_CHOICES, type PictureChoice } from "../media/wish";
import type { Role } from "../protocol.gen";
import { Part } from "../ui/part";
import { KEYS, setShortcuts, shortcutsOn } from "./keys";

/** How chat is read aloud: a summary, unless she chose otherwise on this device. */
export type ChatVoice = "off" | "summary" | "all";

const VOICE_KEY = "liveclass.chat-voice";
const VOICES: readonly (readonly [ChatVoice, Key])[] = [
  ["off", "voice.off"],
  ["summary", "voice.summary"],
  ["all", "voice.all"],
];

export function chatVoice(): ChatVoice {
  try {
    const kept = localStorage.getItem(VOICE_KEY);
    return kept === "off" || kept === "all" ? kept : "summary";
  } catch {
    return "summary";
  }
}

const PICTURES: Readonly<Record<PictureChoice, Key>> = {
  auto: "picture.auto",
  high: "picture.high",
  low: "picture.low",
  sound: "picture.sound",
};

/** The keys of `who`, and the switch that turns them off. */
export function keyList(who: Role): TemplateResult {
  return html`<dl class="keys">
      ${KEYS.filter((one) => one.roles.includes(who)).map(
        ({ key, words }) => html`<div><dt><kbd>${key}</kbd></dt><dd>${t(words)}</dd></div>`,
      )}
    </dl>
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        .checked=${shortcutsOn()}
        @change=${(event: Event) => setShortcuts((event.target as HTMLInputElement).checked)}
      />
      ${t("key.switch")}
    </label>`;
}

export class Settings extends Part {
  static override properties = {
    who: { type: String },
    sends: { type: Boolean },
    choice: { attribute: false },
    watches: { type: Boolean },
    picture: { type: String },
    saver: { type: Boolean },
    devices: { state: true },
  };

  declare who: Role;
  /** Shows the selects of devices. */
  declare sends: boolean;
  declare choice: DeviceChoice;
  /** Shows how pictures are received. */
  declare watches: boolean;
  declare picture: PictureChoice;
  declare saver: boolean;
  declare devices: readonly MediaDeviceInfo[];

  constructor() {
    super();
    this.devices = [];
    this.sends = false;
    this.watches = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.watches) this.#tell("comments", true);
    if (!this.sends) return;
    void navigator.mediaDevices?.enumerateDevices().then((found) => (this.devices = found));
  }

  protected override render(): TemplateResult {
    return html`<div class="flow">
      ${
        this.sends
          ? html`${this.#select("audioinput", t("device.mic"), "audioId")}
          ${this.#select("videoinput", t("device.cam"), "videoId")}`
          : nothing
      }
      ${this.watches ? this.#pictures() : nothing}
      <div class="field">
        <label for="voice">${t("voice.label")}</label>
        <select class="input" id="voice" @change=${this.#voice}>
          ${VOICES.map(
            ([value, words]) =>
              html`<option value=${value} ?selected=${value === chatVoice()}>${t(words)}</option>`,
          )}
        </select>
      </div>
      ${keyList(this.who)}
    </div>`;
  }

  #pictures(): TemplateResult {
    return html`<div class="field">
        <label for="picture">${t("picture.label")}</label>
        <select
          class="input"
          id="picture"
          @change=${(event: Event) =>
            this.#tell("picture", (event.target as HTMLSelectElement).value)}
        >
          ${PICTURE_CHOICES.map(
            (one) =>
              html`<option value=${one} ?selected=${one === this.picture}>${t(PICTURES[one])}</option>`,
          )}
        </select>
      </div>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          id="saver"
          .checked=${this.saver}
          @change=${(event: Event) => this.#tell("saver", (event.target as HTMLInputElement).checked)}
        />
        ${t("picture.saver")}
      </label>
      <lc-comments-choice></lc-comments-choice>`;
  }

  #tell(name: string, detail: string | boolean): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  #select(kind: MediaDeviceKind, label: string, part: keyof DeviceChoice): TemplateResult {
    const devices = this.devices.filter((one) => one.kind === kind);
    return html`<div class="field">
      <label for="dev-${kind}">${label}</label>
      <select
        class="input"
        id="dev-${kind}"
        @change=${(event: Event) => this.#choose(part, (event.target as HTMLSelectElement).value)}
      >
        ${devices.map(
          (one, index) => html`<option
            value=${one.deviceId}
            ?selected=${one.deviceId === this.choice[part]}
          >
            ${one.label || `${label} ${index + 1}`}
          </option>`,
        )}
      </select>
    </div>`;
  }

  #choose(part: keyof DeviceChoice, id: string): void {
    const detail: DeviceChoice = { ...this.choice, [part]: id };
    this.choice = detail;
    this.dispatchEvent(new CustomEvent("choose", { bubbles: true, detail }));
  }

  #voice(event: Event): void {
    try {
      localStorage.setItem(VOICE_KEY, (event.target as HTMLSelectElement).value);
    } catch {
      // Storage forbidden: the summary stays.
    }
  }
}

customElements.define("lc-settings", Settings);
