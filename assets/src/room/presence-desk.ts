/** The staff's desk for breaks and checks, behind “More”. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { CHECK_OPTION_CHARS, CHECK_QUESTION_CHARS, type RoomState } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { clockTime } from "../ui/time";
import { breakNow } from "./attendance";
import type { Draft } from "./classroom";

const BREAKS = [5, 10, 15, 20, 30] as const;
const SECONDS = [90, 120, 180, 300] as const;
const OPTIONS = [0, 1, 2, 3] as const;

export class PresenceDesk extends Part {
  static override properties = {
    room: { attribute: false },
    now: { type: Number },
    asking: { state: true },
  };

  declare room: RoomState;
  /** Unix seconds by the clock of the server. */
  declare now: number;
  /** A question is being written. */
  declare asking: boolean;

  constructor() {
    super();
    this.asking = false;
    this.now = 0;
  }

  protected override render(): TemplateResult {
    return html`<div class="flow">${this.#break()} ${this.#checks()}</div>`;
  }

  #break(): TemplateResult {
    const rest = breakNow(this.room, this.now);
    return html`<section class="flow-s" aria-labelledby="desk-break">
      <h3 id="desk-break">${rest ? t("break.until", { time: clockTime(rest.until) }) : t("how.break")}</h3>
      <p class="hint">${t("break.rule")}</p>
      <form class="bar desk-row" @submit=${this.#begin}>
        <label class="vh" for="break-length">${t("break.length")}</label>
        <select class="input" id="break-length" name="minutes">
          ${BREAKS.map((n) => html`<option value=${n} ?selected=${n === 10}>${t("break.minutes", { n })}</option>`)}
        </select>
        <button class="btn ${rest ? "" : "pri"}" data-break-begin>
          ${icon("pause", "s")}${t(rest ? "break.change" : "break.begin")}
        </button>
        ${
          rest
            ? html`<button class="btn pri" type="button" data-break-end @click=${() => this.#act({ type: "break.end" })}>
              ${icon("play", "s")}${t("break.end")}
            </button>`
            : nothing
        }
      </form>
    </section>`;
  }

  #checks(): TemplateResult {
    const { checks, checks_asked: asked, check } = this.room;
    return html`<section class="flow-s" aria-labelledby="desk-check">
      <h3 id="desk-check">${t("check.desk")}</h3>
      <p class="hint">
        ${checks === 0 ? t("check.announce_hint") : t("check.asked", { a: asked, n: checks })}
      </p>
      <form class="bar desk-row" @submit=${this.#announce}>
        <label class="vh" for="check-most">${t("check.most")}</label>
        <select class="input" id="check-most" name="most">
          ${[1, 2, 3, 4, 6, 8].map((n) => html`<option value=${n} ?selected=${n === 3}>${n}</option>`)}
        </select>
        <button class="btn ${checks === 0 ? "pri" : ""}" data-check-announce>${t("check.announce")}</button>
      </form>
      ${
        check?.open
          ? html`<p data-check-numbers><b>${t("check.got", { a: check.answered, b: check.asked })}</b></p>`
          : checks > asked
            ? this.#ask()
            : nothing
      }
    </section>`;
  }

  #ask(): TemplateResult {
    return html`<form class="flow-s" @submit=${this.#open}>
      <div class="bar desk-row">
        <label class="vh" for="check-seconds">${t("check.seconds")}</label>
        <select class="input" id="check-seconds" name="seconds">
          ${SECONDS.map((n) => html`<option value=${n} ?selected=${n === 120}>${t("time.seconds", { n })}</option>`)}
        </select>
        <button class="btn pri" data-check-open>${t(this.asking ? "check.ask_question" : "check.ask")}</button>
        ${
          this.asking
            ? nothing
            : html`<button class="btn" type="button" data-check-question @click=${() => (this.asking = true)}>
              ${t("check.ask_question")}
            </button>`
        }
      </div>
      ${this.asking ? this.#question() : nothing}
    </form>`;
  }

  #question(): TemplateResult {
    return html`<div class="field">
        <label for="check-text">${t("check.question")}</label>
        <input class="input" id="check-text" name="question" required maxlength=${CHECK_QUESTION_CHARS} />
      </div>
      <fieldset class="flow-s check-options">
        <legend class="hint">${t("check.correct")}</legend>
        ${OPTIONS.map(
          (place) => html`<div class="desk-opt">
            <input type="radio" name="correct" value=${place} ?checked=${place === 0} aria-label=${`${t("check.correct")} ${place + 1}`} />
            <input class="input" name="option" maxlength=${CHECK_OPTION_CHARS} ?required=${place < 2} aria-label=${t("check.option", { n: place + 1 })} placeholder=${t("check.option", { n: place + 1 })} />
          </div>`,
        )}
      </fieldset>`;
  }

  readonly #begin = (event: SubmitEvent): void => {
    this.#act({ type: "break.begin", minutes: Number(form(event).get("minutes")) });
  };

  readonly #announce = (event: SubmitEvent): void => {
    this.#act({ type: "checks.announce", most: Number(form(event).get("most")) });
  };

  /** Empty options are left out; the right one keeps its place among the others. */
  readonly #open = (event: SubmitEvent): void => {
    const data = form(event);
    const seconds = Number(data.get("seconds"));
    if (!this.asking) return this.#act({ type: "check.open", seconds });
    const texts = data.getAll("option").map((one) => String(one).trim());
    const right = texts[Number(data.get("correct"))] ?? "";
    const options = texts.filter((one) => one !== "");
    // an empty option cannot be the right one: the server says so
    const correct = right === "" ? options.length : options.indexOf(right);
    this.#act({ type: "check.open", seconds, question: String(data.get("question")), options, correct });
    this.asking = false;
  };

  #act(detail: Draft): void {
    this.dispatchEvent(new CustomEvent<Draft>("presence", { detail }));
  }
}

function form(event: SubmitEvent): FormData {
  event.preventDefault();
  return new FormData(event.target as HTMLFormElement);
}

customElements.define("lc-presence-desk", PresenceDesk);
