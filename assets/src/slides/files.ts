/** The files of a class, to be shown, removed or added. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon, Part } from "../ui/part";
import { progressWords } from "./desk";
import type { Deck } from "./sender";
import type { Show } from "./show";

export class SlideFiles extends Part {
  static override properties = {
    show: { attribute: false },
    beat: { type: Number },
  };

  declare show: Show;
  /** Changes whenever the slides do: they are not immutable. */
  declare beat: number;

  protected override render(): TemplateResult {
    const { sending, problem, lectern } = this.show;
    return html`<div class="sd-files">
      <p class="hint">${t("slides.hint")}</p>
      <label class="btn pri full sd-choose">
        ${icon("plus", "s")}${t("slides.choose")}
        <input
          type="file"
          class="vh"
          id="slides-file"
          accept=${lectern?.accept ?? ".pdf"}
          ?disabled=${sending !== null}
          @change=${(event: Event) => this.#chosen(event.target as HTMLInputElement)}
        />
      </label>
      ${sending ? html`<p role="status">${progressWords(this.show)}</p>` : nothing}
      ${problem ? html`<p role="alert" class="bad">${problem}</p>` : nothing}
      <ul class="rows">
        ${(lectern?.decks ?? []).map((deck) => this.#row(deck))}
      </ul>
      ${this.#shown()}
    </div>`;
  }

  #chosen(input: HTMLInputElement): void {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    this.#done();
    void this.show.send(file);
  }

  #row(deck: Deck): TemplateResult {
    const on = deck.deck === this.show.slides?.deck;
    return html`<li class="sd-file">
      <span><b>${deck.name}</b><small>${about(deck)}</small></span>
      ${deck.state === "ready" ? this.#showing(deck, on) : nothing}
      ${deck.shown || on ? nothing : this.#remover(deck)}
    </li>`;
  }

  #showing(deck: Deck, on: boolean): TemplateResult {
    if (on) return html`<span class="chip acc">${t("slides.on_stage")}</span>`;
    return html`<button
      class="btn"
      type="button"
      data-show=${deck.deck}
      @click=${() => {
        this.#done();
        this.show.show(deck.deck);
      }}
    >
      ${t("slides.show")}
    </button>`;
  }

  #remover(deck: Deck): TemplateResult {
    return html`<button
      class="ibtn"
      type="button"
      data-drop=${deck.deck}
      aria-label=${t("slides.drop", { name: deck.name })}
      @click=${() => void this.show.drop(deck)}
    >
      ${icon("trash", "s")}
    </button>`;
  }

  #shown(): TemplateResult | typeof nothing {
    const { slides } = this.show;
    if (!slides) return nothing;
    return html`<label class="switch">
        <input
          type="checkbox"
          role="switch"
          data-permit
          .checked=${slides.downloads}
          @change=${(event: Event) => this.show.permit((event.target as HTMLInputElement).checked)}
        />
        ${t("slides.permit")}
      </label>
      <button
        class="btn full"
        type="button"
        data-hide
        @click=${() => {
          this.#done();
          this.show.hide();
        }}
      >
        ${icon("stop", "s")}${t("slides.hide")}
      </button>`;
  }

  /** The dialog around may close. */
  #done(): void {
    this.dispatchEvent(new CustomEvent("done"));
  }
}

customElements.define("lc-slide-files", SlideFiles);

function about(deck: Deck): string {
  if (deck.state === "ready") return t("slides.pages", { n: deck.pages });
  return deck.state === "failed" ? deck.message : t("slides.waiting");
}
