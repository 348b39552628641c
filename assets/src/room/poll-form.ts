/** Writing a poll during the class: question, choices, and when it opens. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { POLL_OPTION_CHARS, POLL_OPTIONS, POLL_QUESTION_CHARS } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import type { Drafts } from "./drafts";

export interface NewPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
  readonly changeable: boolean;
  readonly open: boolean;
}

export class PollForm extends Part {
  static override properties = {
    drafts: { attribute: false },
    options: { state: true },
    problem: { state: true },
    question: { state: true },
  };

  declare drafts: Drafts;
  declare options: readonly string[];
  declare problem: string;
  declare question: string;

  constructor() {
    super();
    this.options = ["", ""];
    this.problem = "";
    this.question = "";
  }

  protected override willUpdate(): void {
    if (this.hasUpdated) return;
    const kept = readDraft(this.drafts.get("poll"));
    this.question = kept.question;
    if (kept.options.length >= 2) this.options = kept.options;
  }

  protected override render(): TemplateResult {
    return html`<form class="poll poll-form" aria-labelledby="pf-h" @submit=${this.#submit} novalidate>
      <h3 id="pf-h">${t("poll.create")}</h3>
      <div class="field">
        <label for="pf-q">${t("poll.question")}</label>
        <input
          class="input"
          id="pf-q"
          name="question"
          autocomplete="off"
          maxlength=${POLL_QUESTION_CHARS}
          .value=${this.question}
          @input=${(event: Event) => {
            this.question = (event.target as HTMLInputElement).value;
            this.#keep();
          }}
        />
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
      <div class="bar">
        <label class="opt">
          <input type="checkbox" name="multiple" /> ${t("poll.allow_multiple")}
        </label>
        <label class="opt">
          <input type="checkbox" name="changeable" checked /> ${t("poll.allow_change")}
        </label>
      </div>
      ${
        this.problem
          ? html`<p class="err-text" role="alert">${icon("bang", "s")}${this.problem}</p>`
          : nothing
      }
      <div class="bar form-acts">
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
    this.#keep();
  }

  #add(): void {
    this.options = [...this.options, ""];
    void this.updateComplete.then(() => {
      [...this.querySelectorAll<HTMLElement>(".opt-row input")].at(-1)?.focus();
    });
  }

  #remove(index: number): void {
    this.options = this.options.filter((_, at) => at !== index);
    this.#keep();
  }

  #keep(): void {
    const { question, options } = this;
    const empty = question === "" && options.every((one) => one === "");
    this.drafts.set("poll", empty ? "" : JSON.stringify({ question, options }));
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const question = this.question.trim();
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
    this.drafts.set("poll", "");
    this.dispatchEvent(new CustomEvent("create", { detail }));
  }

  #cancel(): void {
    this.drafts.set("poll", "");
    this.dispatchEvent(new CustomEvent("cancel-form"));
  }
}

function readDraft(text: string): { question: string; options: readonly string[] } {
  try {
    const kept = JSON.parse(text || "{}") as { question?: unknown; options?: unknown };
    const options = Array.isArray(kept.options) ? kept.options.map(String) : [];
    return { question: String(kept.question ?? ""), options: options.slice(0, POLL_OPTIONS) };
  } catch {
    return { question: "", options: [] };
  }
}

function problemOf(question: string, options: readonly string[]): string {
  if (!question) return t("poll.need_question");
  if (options.length < 2) return t("poll.need_options");
  if (new Set(options).size < options.length) return t("poll.need_different");
  return "";
}

customElements.define("lc-poll-form", PollForm);
