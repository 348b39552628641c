/** One question beside the picture: its answer, what became of it, and the way on. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { answerOf } from "../quiz/answers";
import { clockOf } from "../replay/timeline";
import { icon } from "../ui/part";
import { AGAIN, type Card, type Docked, type Said } from "./docked";

/** @param leave play on from this second */
export function questionCard(docked: Docked, leave: (to: number) => void): TemplateResult {
  const { card } = docked;
  if (!card) return html``;
  const go = (): void => leave(docked.close());
  return html`<section class="ls-q" aria-labelledby="ls-q" data-question=${card.phase}>
    <h2 class="ls-q-h" id="ls-q" tabindex="-1">
      ${icon("ask", "s")}${t("lesson.question_at", { at: clockOf(card.point.at) })}
    </h2>
    ${card.asked ? form(docked, card) : nothing}
    <div role="status">${verdict(card)}</div>
    ${wayOn(card, go)}
  </section>`;
}

function form(docked: Docked, card: Card): TemplateResult {
  const { asked } = card;
  if (!asked) return html``;
  const still = card.phase !== "asking";
  const read = (event: Event): Said => {
    const box = (event.currentTarget as HTMLElement).querySelector<HTMLElement>("[data-kind]");
    return box ? answerOf(box) : null;
  };
  const send = (event: Event): void => {
    event.preventDefault();
    const said = read(event);
    if (said !== null) void docked.answer(said);
  };
  return html`<form @submit=${send} @input=${(event: Event) => docked.draft(read(event))}>
    <fieldset class="ls-q-f" data-kind=${asked.kind} ?disabled=${still}>
      <legend>${asked.text}</legend>
      ${inputs(card)}
    </fieldset>
    ${card.phase === "asking" ? html`<button class="btn pri" type="submit" data-answer>${t("lesson.answer")}</button>` : nothing}
  </form>`;
}

function inputs(card: Card): TemplateResult {
  const { asked, draft } = card;
  if (!asked) return html``;
  const several = Array.isArray(draft) ? (draft as readonly number[]) : [];
  if (asked.kind === "ordering") {
    return html`<ol class="qz-order">
      ${asked.options.map(
        (_, place) => html`<li>
          <select class="input" aria-label=${t("lesson.place", { n: place + 1 })}>
            <option value="">${t("lesson.choose")}</option>
            ${asked.options.map((text, at) => html`<option value=${at} ?selected=${several[place] === at}>${text}</option>`)}
          </select>
        </li>`,
      )}
    </ol>`;
  }
  const choices = asked.kind === "true_false" ? [t("lesson.true"), t("lesson.false")] : asked.options;
  if (choices.length > 0) {
    const type = asked.kind === "multiple" ? "checkbox" : "radio";
    return html`<div class="qz-opts">
      ${choices.map(
        (text, at) => html`<label class="qz-opt">
          <input type=${type} name="ls-q" value=${at} ?checked=${draft === at || several.includes(at)} />
          <span>${text}</span>
        </label>`,
      )}
    </div>`;
  }
  return html`<div class="qz-write">
    <input class="input" aria-label=${t("lesson.your_answer")} maxlength="200" autocomplete="off"
      inputmode=${asked.kind === "numeric" ? "decimal" : "text"} .value=${typeof draft === "string" ? draft : ""} />
    ${asked.unit ? html`<span class="qz-unit">${asked.unit}</span>` : nothing}
  </div>`;
}

function verdict(card: Card): TemplateResult {
  const note = (kind: string, symbol: string, text: string): TemplateResult =>
    html`<p class="ls-q-v ${kind}">${icon(symbol, "s")}<span>${text}</span></p>`;
  switch (card.phase) {
    case "right":
      return html`${note("ok", "check", t("lesson.right"))}${card.words ? html`<p class="hint">${card.words}</p>` : nothing}`;
    case "wrong":
      return note("", "replay", card.words || t("lesson.wrong"));
    case "waiting":
      return note("", "wifi-off", t("lesson.answer_waits"));
    case "trouble":
      return note("", "wifi-off", t("lesson.question_waits"));
    default:
      return html``;
  }
}

function wayOn(card: Card, go: () => void): TemplateResult {
  const button = (text: string): TemplateResult =>
    html`<button class="btn pri" type="button" data-go-on @click=${go}>${text}</button>`;
  if (card.phase === "wrong") {
    return button(t(card.point.at >= AGAIN ? "lesson.again" : "lesson.again_start"));
  }
  return card.phase === "right" || card.phase === "waiting" || card.phase === "trouble"
    ? button(t("lesson.go_on"))
    : html``;
}

/** How many are answered, and a way to those that are not. */
export function answered(docked: Docked, ask: () => void): TemplateResult {
  const left = docked.open.length;
  if (docked.total === 0) return html``;
  return html`<div class="bar" data-unanswered=${left}>
    ${icon(left ? "ask" : "check", "s")}
    <span>${t("lesson.answered", { a: docked.total - left, b: docked.total })}</span>
    ${left && !docked.card ? html`<button class="btn sm" type="button" @click=${ask}>${t("lesson.answer_next")}</button>` : nothing}
  </div>`;
}
