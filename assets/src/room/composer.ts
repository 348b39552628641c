/** The line to write in. What was typed and not sent is kept as a draft. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { CHAT_CHARS, type ChatLine } from "../protocol.gen";
import { heedInputMethod } from "../ui/ime";
import { nameOf, Part } from "../ui/part";
import type { DraftName, Drafts } from "./drafts";

export class Composer extends Part {
  static override properties = {
    placeholder: { type: String },
    label: { type: String },
    button: { type: String },
    limit: { type: Number },
    closed: { type: String },
    replyTo: { attribute: false },
    primary: { type: Boolean },
    drafts: { attribute: false },
    name: { type: String },
  };

  declare placeholder: string;
  declare label: string;
  declare button: string;
  declare limit: number;
  /** Why nothing can be written now; empty when it can. */
  declare closed: string;
  declare replyTo: ChatLine | null;
  declare primary: boolean;
  declare drafts: Drafts;
  /** Under which the draft is kept. */
  declare name: DraftName;

  constructor() {
    super();
    this.limit = CHAT_CHARS;
    this.closed = "";
    this.replyTo = null;
    this.primary = false;
  }

  protected override render(): TemplateResult {
    if (this.closed) return html`<p class="composer hint">${this.closed}</p>`;
    return html`${
      this.replyTo
        ? html`<p class="replying">
            <span>${t("chat.replying", { name: nameOf(this.replyTo.author) })}</span>
            <button class="btn quiet" type="button" @click=${() => this.#cancelReply()}>
              ${t("act.cancel")}
            </button>
          </p>`
        : nothing
    }
      <form
        class="composer"
        aria-label=${this.label}
        @keydown=${heedInputMethod}
        @submit=${this.#submit}
      >
        <input
          class="input"
          name="text"
          autocomplete="off"
          maxlength=${this.limit}
          aria-label=${this.label}
          placeholder=${this.placeholder}
          @input=${(event: Event) =>
            this.drafts.set(this.name, (event.target as HTMLInputElement).value)}
        />
        <button class="btn ${this.primary ? "pri" : ""}" type="submit">${this.button}</button>
      </form>`;
  }

  /** An empty field takes up its draft: after a reload, another tab, or a refusal. */
  protected override updated(): void {
    const input = this.#input;
    if (input?.value === "") input.value = this.drafts.get(this.name);
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  write(): void {
    this.#input?.focus();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const input = this.#input;
    const text = input?.value.trim() ?? "";
    if (!input || text === "") return;
    input.value = "";
    this.drafts.set(this.name, "");
    this.dispatchEvent(
      new CustomEvent("write", { detail: { text, replyTo: this.replyTo?.id ?? null } }),
    );
  }

  #cancelReply(): void {
    this.dispatchEvent(new CustomEvent("cancel-reply"));
  }
}

customElements.define("lc-composer", Composer);
