/** Writing a poll during the class: question, choices, and when it opens. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { POLL_OPTION_CHARS, POLL_OPTIONS, POLL_QUESTION_CHARS } from "../protocol.gen";
import { icon, Part } from "../ui/part";

export interface NewPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
  readonly changeable: boolean;
  readonly open: boolean;
}

export class PollForm extends Part {
  static override properties = {
    options: { state: true },
    problem: { state: true },
  };

  declare options: readonly string[];
  declare problem: string;

  constructor() {
    super();
    this.options = ["", ""];
    this.problem = "";
  }

  protected override render(): TemplateResult {
    return html`<form class="poll poll-form" aria-labelledby="pf-h" @submit=${this.#submit} novalidate>
      <h3 id="pf-h">${t("poll.create")}</h3>
      <div class="field">
        <label for="pf-q">${t("poll.question")}</label>
        <input class="input" id="pf-q" name="question" maxlength=${POLL_QUESTION_CHARS} />
      </div>
      <fieldset class="field">
        <legend>${t("poll.options")}</legend>
        ${this.options.map((text, index) => this.#option(text, index))}
        ${
          this.options.length < POLL_OPTIONS
            ? html`<button class="btn quiet" type="button" @click=${this.#add}>
              ${t("poll.add_option")}
            </button>`
            : nothing
        }
      </fieldset>
      <label class="opt"><input type="checkbox" name="multiple" /> ${t("poll.allow_multiple")}</label>
      <label class="opt">
        <input type="checkbox" name="changeable" checked /> ${t("poll.allow_change")}
      </label>
      ${
        this.problem
          ? html`<p class="err-text" role="alert">${icon("bang", "s")}${this.problem}</p>`
          : nothing
      }
      <div class="bar">
        <button class="btn pri" type="submit" value="open">${t("poll.open_now")}</button>
        <button class="btn" type="submit" value="keep">${t("poll.keep")}</button>
        <button class="btn quiet" type="button" @click=${this.#cancel}>${t("act.cancel")}</button>
      </div>
    </form>`;
  }

  #option(text: string, index: number): TemplateResult {
    return html`<div class="opt-row">
      <input
        class="input"
        aria-label=${t("poll.option_n", { n: index + 1 })}
        maxlength=${POLL_OPTION_CHARS}
        .value=${text}
        @input=${(event: Event) => this.#type(index, (event.target as HTMLInputElement).value)}
      />
      ${
        this.options.length > 2
          ? html`<button
            class="ibtn"
            type="button"
            aria-label=${t("poll.remove_option", { n: index + 1 })}
            @click=${() => this.#remove(index)}
          >
            ${icon("x", "s")}
          </button>`
          : nothing
      }
    </div>`;
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>("#pf-q")?.focus();
  }

  #type(index: number, text: string): void {
    this.options = this.options.map((one, at) => (at === index ? text : one));
  }

  #add(): void {
    this.options = [...this.options, ""];
    void this.updateComplete.then(() => {
      [...this.querySelectorAll<HTMLElement>(".opt-row input")].at(-1)?.focus();
    });
  }

  #remove(index: number): void {
    this.options = this.options.filter((_, at) => at !== index);
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const question = String(form.get("question") ?? "").trim();
    const options = this.options.map((one) => one.trim()).filter(Boolean);
    this.problem = problemOf(question, options);
    if (this.problem) return;
    const detail: NewPoll = {
      question,
      options,
      multiple: form.has("multiple"),
      changeable: form.has("changeable"),
      open: (event.submitter as HTMLButtonElement | null)?.value !== "keep",
    };
    this.dispatchEvent(new CustomEvent("create", { detail }));
  }

  #cancel(): void {
    this.dispatchEvent(new CustomEvent("cancel-form"));
  }
}

function problemOf(question: string, options: readonly string[]): string {
  if (!question) return t("poll.need_question");
  if (options.length < 2) return t("poll.need_options");
  if (new Set(options).size < options.length) return t("poll.need_different");
  return "";
}

customElements.define("lc-poll-form", PollForm);
