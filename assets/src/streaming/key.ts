/**
 * Address and key for OBS and its like: made, copied, renewed and revoked by the lecturer.
 *
 * The key is asked for when somebody looks, and kept nowhere in the page but here.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import { Announcer } from "../ui/announce";
import { copyText } from "../ui/copy";
import { icon, Part } from "../ui/part";
import { dayTime, useTimeZone } from "../ui/time";

/** The server's answer; `key` is empty while there is none. */
interface Address {
  readonly url: string;
  readonly key: string;
  /** Unix seconds. */
  readonly expires: number;
  /** The organisation's time zone. */
  readonly zone: string;
}

type Act = "renew" | "revoke";

const COPIED_MS = 2_500;

export class StreamKey extends Part {
  static override properties = {
    url: { type: String },
    csrf: { type: String },
    found: { state: true },
    problem: { state: true },
    busy: { state: true },
    copied: { state: true },
    shown: { state: true },
    asking: { state: true },
  };

  /** Where the key is told (GET), made (POST) and taken away (DELETE). */
  declare url: string;
  declare csrf: string;
  declare found: Address | null;
  declare problem: string;
  declare busy: boolean;
  /** Which of the two was copied a moment ago; `!` when that failed. */
  declare copied: "" | "url" | "key" | "!";
  declare shown: boolean;
  /** What waits for a yes. */
  declare asking: Act | null;
  readonly #voice = new Announcer(
    () => this.querySelector("[data-key-says]"),
    () => null,
  );

  constructor() {
    super();
    this.found = null;
    this.problem = "";
    this.busy = false;
    this.copied = "";
    this.shown = false;
    this.asking = null;
  }

  protected override firstUpdated(_changed: PropertyValues<this>): void {
    void this.#call("GET");
  }

  protected override render(): TemplateResult {
    return html`<div class="skey flow">
      <p>${t("obs.what")}</p>
      ${this.problem ? html`<p class="err-text" role="alert">${icon("alert")}${this.problem}</p>` : nothing}
      ${this.found ? this.#body(this.found) : this.problem ? nothing : html`<p class="hint">${t("obs.loading")}</p>`}
      <p class="vh" role="status" aria-live="polite" data-key-says></p>
    </div>`;
  }

  #body(found: Address): TemplateResult {
    if (!found.key) {
      return html`<div class="bar">
        <button class="btn pri" type="button" data-make aria-busy=${this.busy} @click=${() => void this.#call("POST")}>
          ${t("obs.make")}
        </button>
      </div>`;
    }
    return html`${this.#field("url", t("obs.address"), found.url)}
      ${this.#field("key", t("obs.key"), found.key)}
      <p class="hint">${t("obs.until", { when: dayTime(found.expires) })} ${t("obs.secret")}</p>
      ${this.#settings()} ${this.asking ? this.#sure(this.asking) : this.#acts()}`;
  }

  #field(name: "url" | "key", label: string, value: string): TemplateResult {
    const secret = name === "key";
    const done = this.copied === name;
    return html`<div class="field">
      <label for="skey-${name}">${label}</label>
      <div class="skey-row">
        <input
          class="input"
          id="skey-${name}"
          type=${secret && !this.shown ? "password" : "text"}
          autocomplete="off"
          spellcheck="false"
          readonly
          .value=${value}
          @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
        />
        ${
          secret
            ? html`<button
              class="ibtn"
              type="button"
              aria-label=${t("obs.show")}
              aria-pressed=${this.shown}
              @click=${() => (this.shown = !this.shown)}
            >
              ${icon("eye")}
            </button>`
            : nothing
        }
        <button
          class="btn"
          type="button"
          data-copy-what=${name}
          aria-label=${t(secret ? "obs.copy_key" : "obs.copy_address")}
          @click=${() => void this.#copy(name, value)}
        >
          ${icon(done ? "check" : "link", "s")}${t(done ? "obs.copied" : "obs.copy")}
        </button>
      </div>
    </div>`;
  }

  #settings(): TemplateResult {
    return html`<details class="skey-how">
      <summary>${t("obs.how")}</summary>
      <ol>
        <li>${t("obs.how_service")}</li>
        <li>${t("obs.how_paste")}</li>
        <li>${t("obs.how_codec")}</li>
        <li>${t("obs.how_bframes")}</li>
        <li>${t("obs.how_keyframe")}</li>
        <li>${t("obs.how_start")}</li>
      </ol>
    </details>`;
  }

  #acts(): TemplateResult {
    return html`<div class="bar">
      <button class="btn quiet" type="button" data-renew @click=${() => (this.asking = "renew")}>
        ${icon("refresh", "s")}${t("obs.renew")}
      </button>
      <button class="btn quiet" type="button" data-revoke @click=${() => (this.asking = "revoke")}>
        ${icon("x", "s")}${t("obs.revoke")}
      </button>
    </div>`;
  }

  #sure(act: Act): TemplateResult {
    return html`<div class="skey-sure" role="group" aria-labelledby="skey-sure">
      <p id="skey-sure">${t(act === "renew" ? "obs.renew_sure" : "obs.revoke_sure")}</p>
      <div class="bar">
        <button class="btn" type="button" data-stay @click=${() => (this.asking = null)}>
          ${t("act.cancel")}
        </button>
        <button
          class="btn danger"
          type="button"
          data-sure
          aria-busy=${this.busy}
          @click=${() => void this.#call(act === "renew" ? "POST" : "DELETE")}
        >
          ${t(act === "renew" ? "obs.renew" : "obs.revoke")}
        </button>
      </div>
    </div>`;
  }

  protected override updated(changed: PropertyValues<StreamKey>): void {
    // What was pressed is gone: the focus goes to the answer, or back to where it came from.
    if (!changed.has("asking")) return;
    const before = changed.get("asking");
    if (this.asking) this.querySelector<HTMLElement>("[data-stay]")?.focus();
    else if (before) this.querySelector<HTMLElement>(`[data-${before}], [data-make]`)?.focus();
  }

  async #copy(name: "url" | "key", value: string): Promise<void> {
    const done = await copyText(value);
    this.copied = done ? name : "!";
    if (!done) {
      this.shown = true;
      await this.updateComplete;
      this.querySelector<HTMLInputElement>(`#skey-${name}`)?.focus();
    }
    this.#voice.say(t(done ? "obs.copied_said" : "obs.copy_failed"));
    setTimeout(() => (this.copied = ""), COPIED_MS);
  }

  async #call(method: "GET" | "POST" | "DELETE"): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      const answer = await fetch(this.url, { method, headers: { "X-CSRFToken": this.csrf } });
      const told = (await answer.json()) as Address & { message?: string };
      if (!answer.ok) throw new Error(told.message ?? "");
      useTimeZone(told.zone);
      this.found = told;
      if (method !== "GET") this.#voice.say(t(told.key ? "obs.made_said" : "obs.revoked_said"));
    } catch (reason) {
      const message = reason instanceof Error && reason.name === "Error" ? reason.message : "";
      this.problem = message || t("refused.other");
    } finally {
      this.busy = false;
      this.asking = null;
    }
  }
}

customElements.define("lc-stream-key", StreamKey);
