/** The files of a class, to be shown, removed or added. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon } from "../ui/part";
import { progressWords } from "./desk";
import type { Deck } from "./sender";
import type { Show } from "./show";

export function slideFiles(show: Show, shut: () => void): TemplateResult {
  const { lectern, slides } = show;
  const shown = slides?.deck;
  return html`<div class="sd-files">
    <p class="hint">${t("slides.hint")}</p>
    <label class="btn pri full sd-choose">
      ${icon("plus", "s")}${t("slides.choose")}
      <input
        type="file"
        class="vh"
        id="slides-file"
        accept=${lectern?.accept ?? ".pdf"}
        ?disabled=${show.sending !== null}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          const file = input.files?.[0];
          input.value = "";
          if (!file) return;
          shut();
          void show.send(file);
        }}
      />
    </label>
    ${show.sending ? html`<p role="status">${progressWords(show)}</p>` : nothing}
    ${show.problem ? html`<p role="alert" class="bad">${show.problem}</p>` : nothing}
    <ul class="rows">${(lectern?.decks ?? []).map((deck) => row(show, deck, deck.deck === shown, shut))}</ul>
    ${
      slides
        ? html`<label class="switch">
              <input type="checkbox" role="switch" data-permit .checked=${slides.downloads}
                @change=${(event: Event) => show.permit((event.target as HTMLInputElement).checked)} />
              ${t("slides.permit")}
            </label>
            <button class="btn full" type="button" data-hide @click=${() => {
              shut();
              show.hide();
            }}>${icon("stop", "s")}${t("slides.hide")}</button>`
        : nothing
    }
  </div>`;
}

function row(show: Show, deck: Deck, on: boolean, shut: () => void): TemplateResult {
  const about =
    deck.state === "ready"
      ? t("slides.pages", { n: deck.pages })
      : deck.state === "failed"
        ? deck.message
        : t("slides.waiting");
  return html`<li class="sd-file">
    <span><b>${deck.name}</b><small>${about}</small></span>
    ${
      deck.state !== "ready"
        ? nothing
        : on
          ? html`<span class="chip acc">${t("slides.on_stage")}</span>`
          : html`<button class="btn" type="button" data-show=${deck.deck} @click=${() => {
              shut();
              show.show(deck.deck);
            }}>${t("slides.show")}</button>`
    }
    ${
      deck.shown || on
        ? nothing
        : html`<button class="ibtn" type="button" data-drop=${deck.deck} aria-label=${t("slides.drop", { name: deck.name })} @click=${() => void show.drop(deck)}>
            ${icon("trash", "s")}
          </button>`
    }
  </li>`;
}
