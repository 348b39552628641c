/** What host and assistants do with a question, and the rule for asking without a name. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import {
  ANSWER_CHARS,
  ASIDE_CHARS,
  type AsideReason,
  MERGE_MOST,
  type QuestionState,
  type RoomState,
} from "../protocol.gen";
import { Part } from "../ui/part";
import type { Drafts } from "./drafts";
import { REASONS } from "./question-words";
import { type QuestionDraft, settled } from "./questions";

type Form = "answer" | "dismiss" | "merge";

/** The buttons below a question; each form takes their place while it is open. */
export class QuestionActs extends Part {
  static override properties = {
    room: { attribute: false },
    question: { attribute: false },
    drafts: { attribute: false },
    form: { state: true },
    reason: { state: true },
  };

  declare room: RoomState;
  declare question: QuestionState;
  declare drafts: Drafts;
  declare form: Form | null;
  declare reason: AsideReason;

  constructor() {
    super();
    this.form = null;
    this.reason = "off_topic";
  }

  /** An answer that was begun is taken up again. */
  protected override willUpdate(): void {
    if (this.hasUpdated) return;
    if (this.drafts.answering === this.question.id) this.form = "answer";
  }

  protected override render(): TemplateResult | typeof nothing {
    if (settled(this.question) || this.room.phase === "ended") return nothing;
    switch (this.form) {
      case "answer":
        return this.#answerForm();
      case "dismiss":
        return this.#dismissForm();
      case "merge":
        return this.#mergeForm();
      case null:
        return this.#buttons();
    }
  }

  #buttons(): TemplateResult {
    const { id, phase, flagged } = this.question;
    const button = (words: Parameters<typeof t>[0], form: Form): TemplateResult => html`<button
      class="btn quiet"
      type="button"
      data-form=${form}
      @click=${() => this.#open(form)}
    >
      ${t(words)}
    </button>`;
    return html`<div class="bar">
      ${
        phase === "waiting"
          ? html`<button
            class="btn pri"
            type="button"
            @click=${() => this.#act({ type: "question.take", question: id })}
          >
            ${t("qa.answer_live")}
          </button>`
          : html`<button
            class="btn pri"
            type="button"
            @click=${() => this.#act({ type: "question.answer", question: id, text: "" })}
          >
            ${t("qa.mark_done")}
          </button>`
      }
      ${button("qa.answer_text", "answer")}
      <button
        class="btn quiet"
        type="button"
        @click=${() => this.#act({ type: "question.flag", question: id, on: !flagged })}
      >
        ${t(flagged ? "qa.unflag" : "qa.flag")}
      </button>
      ${this.#similar().length > 0 ? button("qa.merge", "merge") : nothing}
      ${button("qa.dismiss", "dismiss")}
    </div>`;
  }

  /** What this one may be united with. */
  #similar(): readonly QuestionState[] {
    return this.room.questions.filter((one) => one.id !== this.question.id && !settled(one));
  }

  #answerForm(): TemplateResult {
    const draft = `answer:${this.question.id}` as const;
    return this.#form("qa.answer_send", (data) => {
      const text = data.get("text");
      if (typeof text !== "string" || text.trim() === "") return;
      this.#close();
      this.#act({ type: "question.answer", question: this.question.id, text: text.trim() });
    }, html`<div class="field">
      <label for="answer-${this.question.id}">${t("qa.answer_label")}</label>
      <textarea
        class="input"
        id="answer-${this.question.id}"
        name="text"
        required
        maxlength=${ANSWER_CHARS}
        .value=${this.drafts.get(draft)}
        @input=${(event: Event) =>
          this.drafts.set(draft, (event.target as HTMLTextAreaElement).value)}
      ></textarea>
    </div>`);
  }

  #dismissForm(): TemplateResult {
    const { id } = this.question;
    return this.#form("qa.dismiss", (data) => {
      const words = data.get("words");
      this.#close();
      this.#act({
        type: "question.dismiss",
        question: id,
        reason: this.reason,
        words: typeof words === "string" ? words.trim() : "",
      });
    }, html`<div class="field">
        <label for="why-${id}">${t("qa.reason")}</label>
        <select
          class="input"
          id="why-${id}"
          @change=${(event: Event) =>
            (this.reason = (event.target as HTMLSelectElement).value as AsideReason)}
        >
          ${(Object.keys(REASONS) as AsideReason[]).map(
            (one) => html`<option value=${one} ?selected=${one === this.reason}>
              ${t(REASONS[one])}
            </option>`,
          )}
        </select>
      </div>
      <div class="field">
        <label for="words-${id}">${t("qa.reason_words")}</label>
        <input
          class="input"
          id="words-${id}"
          name="words"
          autocomplete="off"
          maxlength=${ASIDE_CHARS}
          ?required=${this.reason === "other"}
        />
        <p class="hint">${t("qa.reason_hint")}</p>
      </div>`);
  }

  #mergeForm(): TemplateResult {
    return this.#form("qa.merge", (data) => {
      const others = data.getAll("other").map(Number).slice(0, MERGE_MOST);
      if (others.length === 0) return;
      this.#close();
      this.#act({ type: "question.merge", question: this.question.id, others });
    }, html`<fieldset class="field">
      <legend>${t("qa.merge_which")}</legend>
      ${this.#similar().map(
        (one) => html`<label class="opt">
          <input type="checkbox" name="other" value=${one.id} /><span>${one.text}</span>
        </label>`,
      )}
      <p class="hint">${t("qa.merge_hint")}</p>
    </fieldset>`);
  }

  #form(
    words: Parameters<typeof t>[0],
    send: (data: FormData) => void,
    fields: TemplateResult,
  ): TemplateResult {
    return html`<form
      class="flow-s answer-form"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        send(new FormData(event.target as HTMLFormElement));
      }}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Escape") this.#cancel();
      }}
    >
      ${fields}
      <div class="bar">
        <button class="btn pri" type="submit">${t(words)}</button>
        <button class="btn quiet" type="button" @click=${() => this.#cancel()}>
          ${t("act.cancel")}
        </button>
      </div>
    </form>`;
  }

  /** Only what she opened herself takes the focus, not what comes back from a draft. */
  #open(form: Form): void {
    this.form = form;
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>("textarea, select, input")?.focus(),
    );
  }

  #close(): void {
    if (this.form === "answer") this.drafts.set(`answer:${this.question.id}`, "");
    this.form = null;
  }

  /** The button that opened the form has the focus again. */
  #cancel(): void {
    const form = this.form;
    this.#close();
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`[data-form="${form ?? ""}"]`)?.focus(),
    );
  }

  #act(draft: QuestionDraft): void {
    this.dispatchEvent(new CustomEvent("question", { bubbles: true, detail: draft }));
  }
}

customElements.define("lc-question-acts", QuestionActs);

/** Whether members may ask without their names. */
export class QuestionRule extends Part {
  static override properties = { room: { attribute: false } };

  declare room: RoomState;

  protected override render(): TemplateResult | typeof nothing {
    if (this.room.phase === "ended") return nothing;
    return html`<label class="opt">
      <input
        type="checkbox"
        name="anonymous-questions"
        .checked=${this.room.anonymous_questions}
        @change=${(event: Event) => {
          const anonymous = (event.target as HTMLInputElement).checked;
          const detail: QuestionDraft = { type: "question.permit", anonymous };
          this.dispatchEvent(new CustomEvent("question", { bubbles: true, detail }));
        }}
      />
      <span>${t("qa.permit")}</span>
    </label>`;
  }
}

customElements.define("lc-question-rule", QuestionRule);
