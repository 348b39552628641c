/** The lecturer's polls: the open one with its bars, prepared ones, and those already closed. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { pageData, type RoomData } from "../page";
import type { PollState, RoomState } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { roundBefore } from "./ballot";
import type { Drafts } from "./drafts";
import type { NewPoll } from "./poll-draft";
import "./poll-card";
import "./poll-form";

export type PollAct = "open" | "close" | "publish" | "repeat";

export class Tray extends Part {
  static override properties = {
    room: { attribute: false },
    drafts: { attribute: false },
    held: { attribute: false },
    now: { type: Number },
    writing: { state: true },
    shown: { state: true },
  };

  declare room: RoomState;
  declare drafts: Drafts;
  /** The result that stays open until it is put away. */
  declare held: PollState | null;
  /** Unix seconds by the clock of the server. */
  declare now: number;
  declare writing: boolean;
  /** A closed poll whose result is looked at. */
  declare shown: number | null;

  readonly #url = pageData<RoomData>("room-data").urls.polls;

  constructor() {
    super();
    this.writing = false;
    this.shown = null;
    this.held = null;
    this.now = 0;
  }

  /** A poll that was begun is taken up again. */
  protected override willUpdate(): void {
    if (!this.hasUpdated && this.drafts.get("poll") !== "") this.writing = true;
  }

  protected override render(): TemplateResult {
    const { polls } = this.room;
    const open = polls.filter((poll) => poll.phase === "open");
    const prepared = polls
      .filter((poll) => poll.phase === "prepared")
      .sort((a, b) => a.place - b.place);
    const closed = polls
      .filter((poll) => poll.phase === "closed" && poll.id !== this.held?.id)
      .reverse();
    const over = this.room.phase === "ended";
    return html`<section class="tray ${this.writing ? "writing" : ""}" aria-labelledby="tray-h">
      <div class="bar">
        <h2 id="tray-h">${t("tray.title")}</h2>
        ${
          this.writing || over
            ? nothing
            : html`<button class="btn quiet push" type="button" @click=${() => (this.writing = true)}>
              ${icon("plus", "s")}${t("poll.create")}
            </button>`
        }
      </div>
      ${
        this.writing && !over
          ? html`<lc-poll-form
            .drafts=${this.drafts}
            @create=${(event: CustomEvent<NewPoll>) => this.#create(event.detail)}
            @cancel-form=${() => (this.writing = false)}
          ></lc-poll-form>`
          : nothing
      }
      ${open.map((poll) => this.#running(poll))} ${this.held ? this.#result(this.held) : nothing}
      ${
        prepared.length + closed.length > 0
          ? html`<ul class="rows tray-rows">
            ${prepared.map((poll) => this.#prepared(poll))} ${closed.map((poll) => this.#closed(poll))}
          </ul>`
          : nothing
      }
      ${
        polls.length === 0 && !this.writing ? html`<p class="hint">${t("tray.empty")}</p>` : nothing
      }
    </section>`;
  }

  #card(poll: PollState): TemplateResult {
    return html`<lc-poll
      .poll=${poll}
      .earlier=${roundBefore(this.room.polls, poll)}
      .now=${this.now}
      .online=${this.room.presence.online}
      .staff=${true}
    ></lc-poll>`;
  }

  #running(poll: PollState): TemplateResult {
    return html`<div class="tray-open">
      ${this.#card(poll)}
      <p class="hint">${t("poll.only_staff")}</p>
      <div class="bar">
        <button class="btn pri" type="button" @click=${() => this.#act("publish", poll)}>
          ${t("poll.publish")}
        </button>
        <button class="btn" type="button" @click=${() => this.#act("close", poll)}>
          ${t("poll.close")}
        </button>
      </div>
    </div>`;
  }

  #result(poll: PollState): TemplateResult {
    return html`<div class="tray-result" data-result=${poll.id}>
      ${this.#card(poll)}
      <div class="bar">
        ${
          poll.published
            ? html`<span class="chip ok">${icon("check")}${t("poll.published")}</span>`
            : html`<button class="btn pri" type="button" @click=${() => this.#act("publish", poll)}>
                ${t("poll.publish")}
              </button>`
        }
        ${this.#again(poll)} ${this.#who(poll)}
        <button class="btn quiet push" type="button" data-dismiss @click=${() => this.#putAway(poll)}>
          ${t("poll.dismiss")}
        </button>
      </div>
    </div>`;
  }

  #prepared(poll: PollState): TemplateResult {
    return html`<li data-poll-row=${poll.id}>
      <span>${poll.question}<small>${t("poll.prepared")} · ${t(`poll.kind_${poll.kind}`)}</small></span>
      ${
        this.room.phase === "ended"
          ? nothing
          : html`<button class="btn quiet" type="button" @click=${() => this.#act("open", poll)}>
              ${t("poll.open")}
            </button>`
      }
    </li>`;
  }

  #closed(poll: PollState): TemplateResult {
    const shown = this.shown === poll.id;
    return html`<li data-poll-row=${poll.id}>
        <button
          class="row-open"
          type="button"
          aria-expanded=${shown}
          @click=${() => (this.shown = shown ? null : poll.id)}
        >
          ${poll.question}
          <small>
            ${t(poll.published ? "poll.published" : "poll.closed")} ·
            ${t("poll.voters", { n: poll.voters })}
          </small>
        </button>
        ${
          poll.published
            ? nothing
            : html`<button class="btn quiet" type="button" @click=${() => this.#act("publish", poll)}>
              ${t("poll.publish")}
            </button>`
        }
      </li>
      ${
        shown
          ? html`<li class="tray-card">
              ${this.#card(poll)}
              <div class="bar">${this.#again(poll)}${this.#who(poll)}</div>
            </li>`
          : nothing
      }`;
  }

  #again(poll: PollState): TemplateResult | typeof nothing {
    if (this.room.phase === "ended") return nothing;
    return html`<button class="btn quiet" type="button" @click=${() => this.#act("repeat", poll)}>
      ${icon("refresh", "s")}${t("poll.repeat")}
    </button>`;
  }

  /** To the page with everybody's answer; of an anonymous poll it says who took part. */
  #who(poll: PollState): TemplateResult {
    const key = poll.anonymous ? "poll.who_voted" : "poll.who";
    const href = `${this.#url}${poll.id}/`;
    return html`<a class="btn quiet" href=${href} target="_blank" rel="noopener">${t(key)}</a>`;
  }

  #create(poll: NewPoll): void {
    this.writing = false;
    this.dispatchEvent(new CustomEvent("poll-create", { bubbles: true, detail: poll }));
  }

  #putAway(poll: PollState): void {
    this.dispatchEvent(new CustomEvent("dismiss", { bubbles: true, detail: poll.id }));
  }

  #act(name: PollAct, poll: PollState): void {
    this.dispatchEvent(
      new CustomEvent("poll-act", { bubbles: true, detail: { name, poll: poll.id } }),
    );
  }
}

customElements.define("lc-tray", Tray);
