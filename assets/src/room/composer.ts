/** The line to write in. What was typed and not sent is kept as a draft. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import { CHAT_CHARS, type ChatLine } from "../protocol.gen";
import { heedInputMethod } from "../ui/ime";
import { nameOf, Part } from "../ui/part";
import type { DraftName, Drafts } from "./drafts";

/** What was written, and how it is meant. */
export interface Written {
  readonly text: string;
  readonly replyTo: number | null;
  /** The line that this is said instead of. */
  readonly editing: number | null;
  readonly mentions: readonly number[];
  readonly announcement: boolean;
}

/** Offers names behind an @; `meant` says whose of them are in a text. */
export interface Naming {
  meant(text: string): readonly number[];
}

/** Who can be meant. */
export interface People {
  attach(input: HTMLInputElement): Naming;
}

export class Composer extends Part {
  static override properties = {
    placeholder: { type: String },
    label: { type: String },
    button: { type: String },
    limit: { type: Number },
    closed: { type: String },
    replyTo: { attribute: false },
    editing: { attribute: false },
    wait: { type: Number },
    people: { attribute: false },
    announces: { type: Boolean },
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
  /** An own line that is being said otherwise. */
  declare editing: ChatLine | null;
  /** Seconds until the next line may be sent. */
  declare wait: number;
  /** Whom an @ may mean; null: it is only a sign here. */
  declare people: People | null;
  /** Who writes may make it an announcement. */
  declare announces: boolean;
  declare primary: boolean;
  declare drafts: Drafts;
  /** Under which the draft is kept. */
  declare name: DraftName;

  #naming: Naming | null = null;

  constructor() {
    super();
    this.limit = CHAT_CHARS;
    this.closed = "";
    this.replyTo = null;
    this.editing = null;
    this.wait = 0;
    this.people = null;
    this.announces = false;
    this.primary = false;
  }

  protected override render(): TemplateResult {
    if (this.closed) return html`<p class="composer hint">${this.closed}</p>`;
    const about = this.editing
      ? t("chat.editing")
      : this.replyTo && t("chat.replying", { name: nameOf(this.replyTo.author) });
    return html`${
      about
        ? html`<p class="replying">
            <span>${about}</span>
            <button class="btn quiet" type="button" @click=${() => this.#cancelReply()}>
              ${t("act.cancel")}
            </button>
          </p>`
        : nothing
    }${this.announces && !this.editing ? html`<lc-announce></lc-announce>` : nothing}
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
          @input=${(event: Event) => this.#typed(event.target as HTMLInputElement)}
        />
        <button
          class="btn ${this.primary ? "pri" : ""}"
          type="submit"
          aria-disabled=${this.wait > 0}
        >
          ${this.wait > 0 ? t("chat.wait", { n: this.wait }) : this.button}
        </button>
      </form>`;
  }

  /** An empty field takes up its draft: after a reload, another tab, or a refusal. */
  protected override updated(changed: PropertyValues<this>): void {
    const input = this.#input;
    if (input && changed.has("editing") && this.editing !== (changed.get("editing") ?? null)) {
      input.value = this.editing?.text ?? "";
    }
    if (input?.value === "" && !this.editing) input.value = this.drafts.get(this.name);
  }

  #typed(input: HTMLInputElement): void {
    if (!this.editing) this.drafts.set(this.name, input.value);
    if (this.people && !this.#naming && /[@＠]/.test(input.value)) {
      this.#naming = this.people.attach(input);
    }
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input[name=text]");
  }

  write(): void {
    this.#input?.focus();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const input = this.#input;
    const text = input?.value.trim() ?? "";
    if (!input || text === "" || (this.wait > 0 && !this.editing)) return;
    input.value = "";
    if (!this.editing) this.drafts.set(this.name, "");
    const announce = this.querySelector<HTMLInputElement>("lc-announce input");
    const written: Written = {
      text,
      replyTo: this.replyTo?.id ?? null,
      editing: this.editing?.id ?? null,
      mentions: this.#naming?.meant(text) ?? [],
      announcement: announce?.checked ?? false,
    };
    if (announce) announce.checked = false;
    this.dispatchEvent(new CustomEvent("write", { detail: written }));
  }

  #cancelReply(): void {
    this.dispatchEvent(new CustomEvent("cancel-reply"));
  }
}

customElements.define("lc-composer", Composer);
