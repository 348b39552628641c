/** The queue of questions: up-votes for members, answering for host and assistants. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import {
  ANSWER_CHARS,
  type QuestionPhase,
  type QuestionState,
  type RoomState,
} from "../protocol.gen";
import { icon, nameOf, Part, unitOf } from "../ui/part";
import { clockTime } from "../ui/time";
import type { Drafts } from "./drafts";

const ORDER: Readonly<Record<QuestionPhase, number>> = {
  answering: 0,
  waiting: 1,
  answered: 2,
  dismissed: 3,
};

/** Being answered first, then by votes, then by age; done ones at the end. */
export function inOrder(questions: readonly QuestionState[]): readonly QuestionState[] {
  return [...questions].sort(
    (a, b) =>
      ORDER[a.phase] - ORDER[b.phase] ||
      (a.phase === "waiting" ? b.votes - a.votes : 0) ||
      a.at - b.at,
  );
}

function settled(question: QuestionState): boolean {
  return question.phase === "answered" || question.phase === "dismissed";
}

export type QuestionAct = "upvote" | "take" | "answer" | "dismiss";

export class Questions extends Part {
  static override properties = {
    room: { attribute: false },
    staff: { type: Boolean },
    drafts: { attribute: false },
    writing: { state: true },
  };

  declare room: RoomState;
  declare staff: boolean;
  declare drafts: Drafts;
  /** The question whose written answer is being composed. */
  declare writing: number | null;

  constructor() {
    super();
    this.writing = null;
  }

  /** An answer that was begun is taken up again. */
  protected override willUpdate(): void {
    if (this.hasUpdated || !this.staff) return;
    this.writing = this.drafts.answering;
  }

  protected override render(): TemplateResult {
    const questions = inOrder(this.room.questions);
    if (questions.length === 0) {
      return html`<div class="empty">
        <h3>${t("qa.empty")}</h3>
        <p>${t(this.staff ? "qa.empty_staff" : "qa.empty_hint")}</p>
      </div>`;
    }
    return html`${questions.map((question) => this.#question(question))}`;
  }

  #question(question: QuestionState): TemplateResult {
    const own = question.author.id === this.room.me.id;
    return html`<div class="q" data-question=${question.id}>
      ${this.#votes(question, own)}
      <div>
        <p>${question.text}</p>
        <p class="meta">
          ${this.#chip(question)}
          <span>${own ? t("qa.own") : `${nameOf(question.author)} · ${unitOf(question.author)}`}</span>
        </p>
        ${question.answer ? html`<p class="answer">${question.answer}</p>` : nothing}
        ${this.staff ? this.#acts(question) : nothing}
      </div>
    </div>`;
  }

  #votes(question: QuestionState, own: boolean): TemplateResult {
    const done = settled(question) || this.room.phase === "ended";
    if (own || done || this.staff) {
      return html`<span class="vote" role="img" aria-label=${t("qa.votes", { n: question.votes })}>
        ${icon("up", "s")}${question.votes}
      </span>`;
    }
    return html`<button
      class="vote"
      type="button"
      aria-pressed=${question.mine}
      aria-label=${t("qa.upvote", { n: question.votes })}
      title=${t("qa.upvote_short")}
      @click=${() => this.#act("upvote", question, { on: !question.mine })}
    >
      ${icon("up", "s")}${question.votes}
    </button>`;
  }

  #chip(question: QuestionState): TemplateResult {
    switch (question.phase) {
      case "answering":
        return html`<span class="chip acc">${icon("mic")}${t("qa.answering")}</span>`;
      case "answered":
        return html`<span class="chip ok">
          ${icon("check")}${t("qa.answered")}
          ${question.answered_at === null ? "" : clockTime(question.answered_at)}
        </span>`;
      case "dismissed":
        return html`<span class="chip">${icon("x")}${t("qa.dismissed")}</span>`;
      case "waiting":
        return html`<span class="chip">${icon("clock")}${t("qa.waiting")}</span>`;
    }
  }

  #acts(question: QuestionState): TemplateResult | typeof nothing {
    if (settled(question) || this.room.phase === "ended") return nothing;
    if (this.writing === question.id) return this.#answerForm(question);
    const first =
      question.phase === "waiting"
        ? html`<button class="btn pri" type="button" @click=${() => this.#act("take", question, {})}>
            ${t("qa.answer_live")}
          </button>`
        : html`<button
            class="btn pri"
            type="button"
            @click=${() => this.#act("answer", question, { text: "" })}
          >
            ${t("qa.mark_done")}
          </button>`;
    return html`<div class="bar">
      ${first}
      <button class="btn quiet" type="button" @click=${() => this.#write(question)}>
        ${t("qa.answer_text")}
      </button>
      <button class="btn quiet" type="button" @click=${() => this.#act("dismiss", question, {})}>
        ${t("qa.dismiss")}
      </button>
    </div>`;
  }

  #answerForm(question: QuestionState): TemplateResult {
    return html`<form
      class="flow-s answer-form"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const text = new FormData(event.target as HTMLFormElement).get("text");
        if (typeof text !== "string" || text.trim() === "") return;
        this.#stopWriting(question);
        this.#act("answer", question, { text: text.trim() });
      }}
    >
      <div class="field">
        <label for="answer-${question.id}">${t("qa.answer_label")}</label>
        <textarea
          class="input"
          id="answer-${question.id}"
          name="text"
          required
          maxlength=${ANSWER_CHARS}
          .value=${this.drafts.get(`answer:${question.id}`)}
          @input=${(event: Event) =>
            this.drafts.set(`answer:${question.id}`, (event.target as HTMLTextAreaElement).value)}
        ></textarea>
      </div>
      <div class="bar">
        <button class="btn pri" type="submit">${t("qa.answer_send")}</button>
        <button class="btn quiet" type="button" @click=${() => this.#stopWriting(question)}>
          ${t("act.cancel")}
        </button>
      </div>
    </form>`;
  }

  /** Only what she opened herself takes the focus, not what comes back from a draft. */
  #write(question: QuestionState): void {
    this.writing = question.id;
    void this.updateComplete.then(() => this.querySelector("textarea")?.focus());
  }

  #stopWriting(question: QuestionState): void {
    this.writing = null;
    this.drafts.set(`answer:${question.id}`, "");
  }

  #act(name: QuestionAct, question: QuestionState, more: { on?: boolean; text?: string }): void {
    this.dispatchEvent(
      new CustomEvent("question", {
        bubbles: true,
        detail: { name, question: question.id, ...more },
      }),
    );
  }
}

customElements.define("lc-questions", Questions);
