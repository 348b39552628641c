/** The queue of questions: up-votes for members; what the staff do is `question-desk.ts`. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { t } from "../i18n";
import type {
  QuestionAnswer,
  QuestionDismiss,
  QuestionFlag,
  QuestionMerge,
  QuestionPermit,
  QuestionPhase,
  QuestionState,
  QuestionTake,
  QuestionUpvote,
  RoomState,
} from "../protocol.gen";
import { icon, nameOf, Part, titledName, unitOf } from "../ui/part";
import { clockTime } from "../ui/time";
import type { Drafts } from "./drafts";
import { REASONS } from "./question-words";
import { isOwn } from "./state";

const ORDER: Readonly<Record<QuestionPhase, number>> = {
  answering: 0,
  waiting: 1,
  answered: 2,
  merged: 2,
  dismissed: 3,
};
const SORT = "liveclass.qa.sort";

/** How the reader wants the waiting questions. */
export type Sort = "votes" | "time";

/**
 * Being answered first, then what waits (marked for the lecturer, then by votes or newest), done
 * ones at the end. What was united with a question that is here stands below that one.
 */
export function inOrder(
  questions: readonly QuestionState[],
  sort: Sort = "votes",
): readonly QuestionState[] {
  return questions
    .filter((one) => !questions.some((kept) => kept.id === one.into))
    .sort(
      (a, b) =>
        ORDER[a.phase] - ORDER[b.phase] ||
        Number(b.flagged) - Number(a.flagged) ||
        (a.phase !== "waiting"
          ? a.at - b.at
          : sort === "votes"
            ? b.votes - a.votes || a.at - b.at
            : b.at - a.at),
    );
}

export function settled({ phase }: QuestionState): boolean {
  return phase !== "waiting" && phase !== "answering";
}

/** A command about questions, before it has a number. */
export type QuestionDraft =
  | Omit<QuestionUpvote, "id">
  | Omit<QuestionTake, "id">
  | Omit<QuestionAnswer, "id">
  | Omit<QuestionDismiss, "id">
  | Omit<QuestionMerge, "id">
  | Omit<QuestionFlag, "id">
  | Omit<QuestionPermit, "id">;

export class Questions extends Part {
  static override properties = {
    room: { attribute: false },
    staff: { type: Boolean },
    drafts: { attribute: false },
    sort: { state: true },
  };

  declare room: RoomState;
  declare staff: boolean;
  declare drafts: Drafts;
  declare sort: Sort;

  constructor() {
    super();
    this.sort = localStorage.getItem(SORT) === "time" ? "time" : "votes";
  }

  protected override render(): TemplateResult {
    const questions = inOrder(this.room.questions, this.sort);
    const rule = this.staff
      ? html`<lc-question-rule .room=${this.room}></lc-question-rule>`
      : nothing;
    if (questions.length === 0) {
      return html`${rule}
        <div class="empty">
          <h3>${t("qa.empty")}</h3>
          <p>${t(this.staff ? "qa.empty_staff" : "qa.empty_hint")}</p>
        </div>`;
    }
    return html`<div class="bar qa-top">
        <select
          class="input"
          aria-label=${t("qa.sort")}
          @change=${(event: Event) => this.#sortBy((event.target as HTMLSelectElement).value)}
        >
          ${(["votes", "time"] as const).map(
            (one) => html`<option value=${one} ?selected=${one === this.sort}>
              ${t(`qa.by_${one}`)}
            </option>`,
          )}
        </select>
        ${rule}
      </div>
      ${repeat(questions, (one) => one.id, (one) => this.#question(one))}`;
  }

  #sortBy(value: string): void {
    this.sort = value === "time" ? "time" : "votes";
    localStorage.setItem(SORT, this.sort);
  }

  #question(question: QuestionState): TemplateResult {
    const own = isOwn(this.room, question);
    const united = this.room.questions.filter((one) => one.into === question.id);
    return html`<div class="q" data-question=${question.id}>
      ${this.#votes(question, own)}
      <div>
        <p>${question.text}</p>
        <p class="meta">
          ${question.flagged ? html`<span class="chip due">${icon("flag")}${t("qa.flagged")}</span>` : nothing}
          ${this.#chip(question)}<span>${this.#asker(question)}</span>
        </p>
        ${this.#why(question)}
        ${question.answer ? html`<p class="answer">${question.answer}</p>` : nothing}
        ${united.length > 0 ? this.#united(united) : nothing}
        ${
          this.staff
            ? html`<lc-question-acts
              .room=${this.room}
              .question=${question}
              .drafts=${this.drafts}
            ></lc-question-acts>`
            : nothing
        }
      </div>
    </div>`;
  }

  #asker(question: QuestionState): string {
    const { author } = question;
    const name = author.id ? `${nameOf(author)} · ${unitOf(author)}` : t("qa.anonymous");
    if (!isOwn(this.room, question)) return name;
    return author.id ? t("qa.own") : `${t("qa.own")} · ${name}`;
  }

  #why({ aside, phase, united_by: by }: QuestionState): TemplateResult | typeof nothing {
    if (phase === "merged" && by) {
      return html`<p class="hint">${t("qa.merged", { name: titledName(by) })}</p>`;
    }
    if (!aside) return nothing;
    const reason = [t(REASONS[aside.reason]), aside.words].filter(Boolean).join(" · ");
    return html`<p class="hint">${t("qa.why", { name: titledName(aside.by), reason })}</p>`;
  }

  #united(united: readonly QuestionState[]): TemplateResult {
    return html`<ul class="united" aria-label=${t("qa.also")}>
      ${united.map(
        (one) => html`<li data-question=${one.id}>
          ${one.text} <small>${this.#asker(one)}</small>${this.#why(one)}
        </li>`,
      )}
    </ul>`;
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
      @click=${() => {
        const detail: QuestionDraft = {
          type: "question.upvote",
          question: question.id,
          on: !question.mine,
        };
        this.dispatchEvent(new CustomEvent("question", { bubbles: true, detail }));
      }}
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
      case "merged":
        return html`<span class="chip">${icon("merge")}${t("qa.also")}</span>`;
      case "waiting":
        return html`<span class="chip">${icon("clock")}${t("qa.waiting")}</span>`;
    }
  }

}

customElements.define("lc-questions", Questions);
