/** One poll as one person may see it: vote, see that the vote is stored, change it, see results. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { PollAnswer, PollState } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import {
  type Ballot, complete, isWritten, readBallot, said, secondsLeft, stored,
} from "./ballot";
import type { Drafts } from "./drafts";
import { bars } from "./poll-bars";
import { inputs } from "./poll-inputs";

const EMPTY: Ballot = { picked: [], written: [] };

export class PollCard extends Part {
  static override properties = {
    poll: { attribute: false },
    earlier: { attribute: false },
    drafts: { attribute: false },
    online: { type: Number },
    now: { type: Number },
    docked: { type: Boolean },
    waiting: { type: Boolean },
    linked: { type: Boolean },
    staff: { type: Boolean },
    ballot: { state: true },
    changing: { state: true },
    missing: { state: true },
    sorted: { state: true },
    dismissable: { type: Boolean },
  };

  declare poll: PollState;
  /** The round before, whose bars stand below these. */
  declare earlier: PollState | null;
  /** Where a vote that is being composed is kept; null where nobody votes. */
  declare drafts: Drafts | null;
  declare online: number;
  /** Unix seconds by the clock of the server. */
  declare now: number;
  /** Above the tabs, where the newest open poll is. */
  declare docked: boolean;
  /** A vote of this page is not answered yet. */
  declare waiting: boolean;
  declare linked: boolean;
  /** Sees the bars before they are published. */
  declare staff: boolean;
  declare ballot: Ballot;
  declare changing: boolean;
  /** Submitted without a choice. */
  declare missing: boolean;
  declare sorted: boolean;
  /** The result can be put away. */
  declare dismissable: boolean;
  /** Something was chosen or written here and not sent. */
  #touched = false;

  constructor() {
    super();
    this.ballot = EMPTY;
    this.earlier = null;
    this.drafts = null;
    this.now = 0;
    this.changing = false;
    this.missing = false;
    this.sorted = false;
    this.waiting = false;
    this.docked = false;
    this.linked = true;
    this.staff = false;
    this.dismissable = false;
  }

  get #left(): number | null {
    return this.poll.phase === "open" ? secondsLeft(this.poll, this.now) : null;
  }

  get #voting(): boolean {
    return this.poll.phase === "open" && !this.staff && (!this.poll.voted || this.changing);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const old = changed.get("poll") as PollState | undefined;
    if (!changed.has("poll")) return;
    const other = old?.id !== this.poll.id;
    if (!other && old.mine === this.poll.mine && old.voted === this.poll.voted) return;
    this.changing = false;
    const kept = this.poll.voted ? null : readBallot(this.poll, this.#draft);
    this.#touched = kept !== null;
    this.ballot = kept ?? stored(this.poll);
    if (this.poll.voted) this.drafts?.set(`vote:${this.poll.id}`, "");
  }

  /** What is complete when the time is over is sent without another press. */
  protected override updated(): void {
    if (!this.#voting || this.#left !== 0 || this.waiting || !this.#touched) return;
    if (complete(this.poll, this.ballot)) this.#send();
  }

  protected override render(): TemplateResult {
    const { poll } = this;
    const open = poll.phase === "open";
    return html`<form
      class="poll ${open ? "open" : ""} ${this.docked ? "dock" : ""}"
      aria-labelledby="pq-${poll.id}"
      data-poll=${poll.id}
      @submit=${this.#submit}
    >
      ${this.#head()}
      ${
        this.staff
          ? html`<h3 id="pq-${poll.id}" class="pq" tabindex="-1">${poll.question}</h3>`
          : html`<h2 id="pq-${poll.id}" class="pq" tabindex="-1">${poll.question}</h2>`
      }
      ${this.#voting ? this.#form() : this.#result()}
    </form>`;
  }

  #head(): TemplateResult {
    const { poll } = this;
    const state =
      poll.phase === "open" ? "poll.chip" : poll.published ? "poll.results" : "poll.closed";
    const left = this.#left;
    return html`<div class="top-line">
      <span class="chip ${poll.phase === "open" ? "acc" : ""}">${icon("poll")}${t(state)}</span>
      <span>${t(`poll.kind_${poll.kind}`)}${poll.round > 1 ? ` · ${t("poll.round_n", { n: poll.round })}` : ""}</span>
      <span class="push num" data-voters>
        ${t("poll.voted", { n: poll.voters, m: Math.max(this.online, poll.voters) })}
      </span>
      ${
        left === null
          ? nothing
          : html`<span class="chip ${left <= 10 ? "bad" : ""}" role="timer" data-left=${left}>
              ${icon("clock")}<span class="num">${clock(left)}</span>
            </span>`
      }
      ${
        this.dismissable
          ? html`<button
              class="ibtn"
              type="button"
              data-dismiss
              aria-label=${t("poll.dismiss")}
              title=${t("poll.dismiss")}
              @click=${this.#dismiss}
            >
              ${icon("x", "s")}
            </button>`
          : nothing
      }
    </div>`;
  }

  #form(): TemplateResult {
    const { poll, ballot } = this;
    const over = this.#left === 0;
    return html`<p class="hint" data-who>${t(poll.anonymous ? "poll.anonymous_hint" : "poll.named_hint")}${bounds(poll)}</p>
      ${inputs({
        poll,
        ballot,
        waiting: this.waiting || over,
        change: (next) => this.#change(next),
      })}
      ${over ? html`<p class="hint" role="status">${t("poll.time_over")}</p>` : this.#button()}`;
  }

  #button(): TemplateResult {
    const label = !this.waiting
      ? t("poll.submit")
      : this.linked
        ? t("poll.submitting")
        : t("poll.kept");
    return html`<div class="cast">
      ${
        this.missing
          ? html`<p class="err-text" role="alert">${icon("bang", "s")}${this.#lack()}</p>`
          : nothing
      }
      <button
        class="btn pri"
        type="submit"
        aria-busy=${this.waiting && this.linked}
        aria-disabled=${this.waiting ? "true" : nothing}
      >
        ${label}
      </button>
    </div>`;
  }

  #lack(): string {
    const { poll } = this;
    if (isWritten(poll)) return t("poll.write_first");
    if (this.ballot.picked.length === 0) return t("poll.pick");
    return t("poll.pick_between", { a: poll.least, b: poll.most });
  }

  #result(): TemplateResult {
    const { poll, earlier, sorted } = this;
    const moderate = this.staff && isWritten(poll) ? this.#moderate : null;
    return html`${bars({ poll, before: earlier, sorted, moderate })}
      ${
        this.staff && poll.options.length > 5 && poll.kind !== "rating"
          ? html`<button
              class="btn quiet"
              type="button"
              aria-pressed=${sorted}
              @click=${() => (this.sorted = !sorted)}
            >
              ${t("poll.by_votes")}
            </button>`
          : nothing
      }
      ${this.#stored()}`;
  }

  #stored(): TemplateResult | typeof nothing {
    const { poll } = this;
    if (this.staff || !poll.voted) return nothing;
    const open = poll.phase === "open";
    return html`<div class="stored" role="status">
      <span class="chip ok">${icon("check")}${t("poll.stored")}</span>
      ${
        open && poll.changeable && this.#left !== 0
          ? html`<button class="btn quiet" type="button" @click=${() => (this.changing = true)}>
            ${t("poll.change")}
          </button>`
          : nothing
      }
      ${
        open && !poll.changeable
          ? html`<span class="hint">${t(poll.anonymous ? "poll.anonymous_final" : "poll.final")}</span>`
          : nothing
      }
    </div>`;
  }

  get #draft(): string {
    return this.drafts?.get(`vote:${this.poll.id}`) ?? "";
  }

  #change(ballot: Ballot): void {
    this.missing = false;
    this.#touched = true;
    this.ballot = ballot;
    this.drafts?.set(`vote:${this.poll.id}`, JSON.stringify(ballot));
  }

  readonly #moderate = (answer: PollAnswer, shown: boolean): void => {
    const detail = { poll: this.poll.id, answer: answer.id, shown };
    this.dispatchEvent(new CustomEvent("poll-answer", { bubbles: true, detail }));
  };

  #dismiss(): void {
    this.dispatchEvent(new CustomEvent("dismiss", { bubbles: true, detail: this.poll.id }));
  }

  #submit(event: Event): void {
    event.preventDefault();
    if (!this.#voting) return;
    this.missing = !complete(this.poll, this.ballot);
    if (this.missing) this.querySelector<HTMLElement>(".choice input, .input")?.focus();
    if (!this.missing && !this.waiting) this.#send();
  }

  #send(): void {
    const { poll, ballot } = this;
    this.#touched = false;
    const options = isWritten(poll) ? [] : [...ballot.picked];
    const answers = isWritten(poll) ? said(ballot) : [];
    const detail = { poll: poll.id, options, answers };
    this.dispatchEvent(new CustomEvent("vote", { bubbles: true, detail }));
  }
}

/** How many may be chosen, where it is not obvious. */
function bounds(poll: PollState): string {
  if (poll.kind !== "multiple") return "";
  return `${t("sep.dot")}${t("poll.bounds", { a: poll.least, b: poll.most })}`;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

customElements.define("lc-poll", PollCard);
