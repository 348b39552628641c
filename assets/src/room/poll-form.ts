/** Writing a poll during the class: kind, question, choices, and when it opens. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import {
  POLL_EXPLANATION_CHARS,
  POLL_OPTION_CHARS,
  POLL_OPTIONS,
  POLL_QUESTION_CHARS,
  POLL_WORDS,
  type PollKind,
} from "../protocol.gen";
import { icon, Part } from "../ui/part";
import type { Drafts } from "./drafts";
import {
  BLANK, type Draft, KINDS, type NewPoll, planOf, problemOf, readDraft, SECONDS, takesOptions,
} from "./poll-draft";

export class PollForm extends Part {
  static override properties = {
    drafts: { attribute: false },
    draft: { state: true },
    problem: { state: true },
  };

  declare drafts: Drafts;
  declare draft: Draft;
  declare problem: string;

  constructor() {
    super();
    this.draft = BLANK;
    this.problem = "";
  }

  protected override willUpdate(): void {
    if (!this.hasUpdated) this.draft = readDraft(this.drafts.get("poll"));
  }

  protected override render(): TemplateResult {
    const { draft } = this;
    return html`<form class="poll poll-form" aria-labelledby="pf-h" @submit=${this.#submit} novalidate>
      <h3 id="pf-h">${t("poll.create")}</h3>
      ${this.#kind()}
      <div class="field">
        <label for="pf-q">${t("poll.question")}</label>
        <input
          class="input"
          id="pf-q"
          name="question"
          autocomplete="off"
          maxlength=${POLL_QUESTION_CHARS}
          .value=${draft.question}
          @input=${(event: Event) => this.#set({ question: (event.target as HTMLInputElement).value })}
        />
      </div>
      ${takesOptions(draft.kind) ? this.#options() : nothing} ${this.#details()}
      ${this.#ways()}
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

  #kind(): TemplateResult {
    return html`<div class="field">
      <label for="pf-kind">${t("poll.kind")}</label>
      <select
        class="input"
        id="pf-kind"
        name="kind"
        @change=${(event: Event) =>
          this.#set({ kind: (event.target as HTMLSelectElement).value as PollKind, correct: [] })}
      >
        ${KINDS.map(
          (kind) => html`<option value=${kind} ?selected=${kind === this.draft.kind}>
            ${t(`poll.kind_${kind}`)}
          </option>`,
        )}
      </select>
    </div>`;
  }

  #options(): TemplateResult {
    const { options } = this.draft;
    return html`<fieldset class="field">
      <legend>${t("poll.options")}</legend>
      ${options.map((text, index) => this.#option(text, index))}
      ${
        options.length < POLL_OPTIONS
          ? html`<button class="btn quiet" type="button" @click=${this.#add}>
            ${t("poll.add_option")}
          </button>`
          : nothing
      }
    </fieldset>`;
  }

  #option(text: string, index: number): TemplateResult {
    const { kind, correct, options } = this.draft;
    return html`<div class="opt-row">
      ${
        kind === "quiz"
          ? html`<label class="opt" title=${t("poll.correct_n", { n: index + 1 })}>
            <input
              type="checkbox"
              aria-label=${t("poll.correct_n", { n: index + 1 })}
              .checked=${correct.includes(index)}
              @change=${() => this.#mark(index)}
            />
          </label>`
          : nothing
      }
      <input
        class="input"
        aria-label=${t("poll.option_n", { n: index + 1 })}
        maxlength=${POLL_OPTION_CHARS}
        .value=${text}
        @input=${(event: Event) => this.#type(index, (event.target as HTMLInputElement).value)}
      />
      ${
        options.length > 2
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

  /** What only some kinds ask for. */
  #details(): TemplateResult | typeof nothing {
    const { draft } = this;
    switch (draft.kind) {
      case "multiple":
        return html`<div class="bar">
          ${this.#number("least", t("poll.at_least"), draft.options.length)}
          ${this.#number("most", t("poll.at_most"), draft.options.length)}
        </div>`;
      case "words":
        return html`${this.#number("most", t("poll.words_each"), POLL_WORDS)}
          <p class="hint">${t("poll.words_note")}</p>`;
      case "text":
        return html`<p class="hint">${t("poll.text_note")}</p>`;
      case "rating":
        return this.#select("points", t("poll.scale"), [5, 10], (n) => t("poll.scale_n", { n }));
      case "truefalse":
        return html`${this.#select("right", t("poll.right_which"), [-1, 0, 1], (n) =>
          t(n < 0 ? "poll.undecided" : n === 0 ? "poll.true" : "poll.false"),
        )}
        ${draft.right >= 0 ? this.#explanation() : nothing}`;
      case "quiz":
        return this.#explanation();
      default:
        return nothing;
    }
  }

  #explanation(): TemplateResult {
    return html`<div class="field">
      <label for="pf-why">${t("poll.explanation")}</label>
      <textarea
        class="input"
        id="pf-why"
        rows="2"
        maxlength=${POLL_EXPLANATION_CHARS}
        .value=${this.draft.explanation}
        @input=${(event: Event) =>
          this.#set({ explanation: (event.target as HTMLTextAreaElement).value })}
      ></textarea>
    </div>`;
  }

  #number(name: "least" | "most", label: string, most: number): TemplateResult {
    const value = Math.min(this.draft[name] || most, most);
    const choices = Array.from({ length: most }, (_, n) => n + 1);
    return html`<div class="field">
      <label for="pf-${name}">${label}</label>
      <select
        class="input"
        id="pf-${name}"
        @change=${(event: Event) =>
          this.#set({ [name]: Number((event.target as HTMLSelectElement).value) })}
      >
        ${choices.map((n) => html`<option value=${n} ?selected=${n === value}>${n}</option>`)}
      </select>
    </div>`;
  }

  #select(
    name: "points" | "right" | "seconds",
    label: string,
    values: readonly number[],
    words: (n: number) => string,
  ): TemplateResult {
    return html`<div class="field">
      <label for="pf-${name}">${label}</label>
      <select
        class="input"
        id="pf-${name}"
        @change=${(event: Event) =>
          this.#set({ [name]: Number((event.target as HTMLSelectElement).value) })}
      >
        ${values.map(
          (n) => html`<option value=${n} ?selected=${n === this.draft[name]}>${words(n)}</option>`,
        )}
      </select>
    </div>`;
  }

  /** How it is asked: by name or not, with or without a countdown. */
  #ways(): TemplateResult {
    const { draft } = this;
    return html`${this.#select("seconds", t("poll.countdown"), SECONDS, (n) =>
        n === 0 ? t("poll.countdown_none") : t("poll.countdown_s", { n }),
      )}
      <div class="bar">
        <label class="opt">
          <input
            type="checkbox"
            name="anonymous"
            .checked=${draft.anonymous}
            @change=${() => this.#set({ anonymous: !draft.anonymous })}
          />
          ${t("poll.anonymous")}
        </label>
        <label class="opt">
          <input
            type="checkbox"
            name="changeable"
            .checked=${draft.changeable && !draft.anonymous}
            ?disabled=${draft.anonymous}
            @change=${() => this.#set({ changeable: !draft.changeable })}
          />
          ${t("poll.allow_change")}
        </label>
      </div>
      ${draft.anonymous ? html`<p class="hint">${t("poll.anonymous_note")}</p>` : nothing}`;
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>("#pf-q")?.focus();
  }

  #set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    const { question, options } = this.draft;
    const empty = question === "" && options.every((one) => one === "");
    this.drafts.set("poll", empty ? "" : JSON.stringify(this.draft));
  }

  #type(index: number, text: string): void {
    this.#set({ options: this.draft.options.map((one, at) => (at === index ? text : one)) });
  }

  #mark(index: number): void {
    const { correct } = this.draft;
    const on = correct.includes(index);
    this.#set({ correct: on ? correct.filter((one) => one !== index) : [...correct, index] });
  }

  #add(): void {
    this.#set({ options: [...this.draft.options, ""] });
    void this.updateComplete.then(() => {
      [...this.querySelectorAll<HTMLElement>(".opt-row .input")].at(-1)?.focus();
    });
  }

  #remove(index: number): void {
    const { options, correct } = this.draft;
    this.#set({
      options: options.filter((_, at) => at !== index),
      correct: correct.filter((at) => at !== index).map((at) => (at > index ? at - 1 : at)),
    });
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const problem = problemOf(this.draft);
    this.problem = problem ? t(problem) : "";
    if (problem) return;
    const open = (event.submitter as HTMLButtonElement | null)?.value !== "keep";
    const detail: NewPoll = planOf(this.draft, open);
    this.drafts.set("poll", "");
    this.dispatchEvent(new CustomEvent("create", { detail }));
  }

  #cancel(): void {
    this.drafts.set("poll", "");
    this.dispatchEvent(new CustomEvent("cancel-form"));
  }
}

customElements.define("lc-poll-form", PollForm);
