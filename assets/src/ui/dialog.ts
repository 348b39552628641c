/**
 * A question that needs a decision, on the browser's own modal dialog: it traps and returns focus
 * and closes with Esc. The safe answer is first in focus.
 */
import { html, type PropertyValues, type TemplateResult } from "lit";

import { Part } from "./part";

export class AskDialog extends Part {
  static override properties = {
    open: { type: Boolean },
    heading: { type: String },
    body: { attribute: false },
    safe: { type: String },
    act: { type: String },
    danger: { type: Boolean },
    wide: { type: Boolean },
  };

  declare open: boolean;
  declare heading: string;
  /** What follows from the decision. */
  declare body: TemplateResult | string;
  /** Label of the answer that changes nothing. */
  declare safe: string;
  /** Label of the act; empty when there is only something to read. */
  declare act: string;
  declare danger: boolean;
  declare wide: boolean;

  constructor() {
    super();
    this.open = false;
    this.heading = "";
    this.body = "";
    this.safe = "";
    this.act = "";
    this.danger = false;
    this.wide = false;
  }

  protected override render(): TemplateResult {
    return html`<dialog
      class="dialog ask"
      aria-labelledby="${this.id}-t"
      @close=${() => this.#answer("close")}
      @click=${(event: MouseEvent) => {
        if (event.target === event.currentTarget) this.#dialog?.close();
      }}
    >
      <div class="ask-in">
        <h2 id="${this.id}-t">${this.heading}</h2>
        <div class="ask-body">${this.body}</div>
        <div class="foot-bar">
          <button class="btn" type="button" data-safe @click=${() => this.#dialog?.close()}>
            ${this.safe}
          </button>
          ${
            this.act
              ? html`<button
                class="btn ${this.danger ? "danger" : "pri"}"
                type="button"
                @click=${() => this.#answer("act")}
              >
                ${this.act}
              </button>`
              : ""
          }
        </div>
      </div>
    </dialog>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("open")) return;
    const dialog = this.#dialog;
    if (this.open && dialog && !dialog.open) {
      dialog.showModal();
      dialog.querySelector<HTMLElement>("[data-safe]")?.focus();
    }
    if (!this.open && dialog?.open) dialog.close();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  #answer(name: "act" | "close"): void {
    if (name === "close" && !this.open) return;
    this.dispatchEvent(new CustomEvent(name));
  }
}

customElements.define("lc-dialog", AskDialog);
