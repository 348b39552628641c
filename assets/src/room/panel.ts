/** The lit desk beside the stage: docked poll or tray, then tabs and what belongs to them. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import {
  CHAT_CHARS,
  type ChatLine,
  type PollState,
  QUESTION_CHARS,
  type RoomCommand,
  type RoomState,
} from "../protocol.gen";
import { icon, nameOf, Part, rove } from "../ui/part";
import { NARROW, PHONE, Width } from "../ui/width";
import { bringWhispers, type WhisperSide } from "../whisper/side";
import { roundBefore } from "./ballot";
import type { Composer, People, Written } from "./composer";
import type { Drafts } from "./drafts";
import type { History } from "./history";
import "./chat";
import "./composer";
import { mayAsk } from "./people";
import "./poll-card";
import "./questions";
import { badge, type Tab, TABS } from "./tabs";
import { closedWords, paceLine, waitFor } from "./writing";

export type { Tab } from "./tabs";

export class Panel extends Part {
  static override properties = {
    room: { attribute: false },
    tab: { type: String },
    staff: { type: Boolean },
    pending: { attribute: false },
    linked: { type: Boolean },
    now: { type: Number },
    handsTotal: { type: Number },
    dock: { attribute: false },
    sheet: { type: String },
    unread: { type: Number },
    drafts: { attribute: false },
    held: { attribute: false },
    history: { attribute: false },
    whispers: { attribute: false },
    replyTo: { state: true },
    editing: { state: true },
    people: { attribute: false },
    nameless: { state: true },
  };

  declare room: RoomState;
  declare tab: Tab;
  declare staff: boolean;
  declare pending: readonly RoomCommand[];
  declare linked: boolean;
  declare now: number;
  declare handsTotal: number;
  /** The poll above the tabs. */
  declare dock: PollState | null;
  /** On a phone there is room for one of the two. */
  declare sheet: "poll" | "tabs";
  /** Chat lines not seen because another tab is open. */
  declare unread: number;
  declare drafts: Drafts;
  /** For host and assistants: the result that stays open in the tray. */
  declare held: PollState | null;
  /** The chat before what `room` has of it. */
  declare history: History;
  declare replyTo: ChatLine | null;
  /** An own line that is being said otherwise. */
  declare editing: ChatLine | null;
  /** Whom an @ may mean. */
  declare people: People;
  declare whispers: WhisperSide;
  /** Her next question is to carry no name. */
  declare nameless: boolean;

  readonly #narrow = new Width(this, NARROW);
  readonly #phone = new Width(this, PHONE);

  constructor() {
    super();
    this.replyTo = null;
    this.editing = null;
    this.held = null;
    this.nameless = false;
  }

  /** Where the tray has a place above the tabs, it is no tab. */
  get #shown(): Tab {
    return this.staff && this.tab === "polls" && !this.#narrow.matches ? "questions" : this.tab;
  }

  get #tabs(): readonly Tab[] {
    const more: readonly Tab[] = this.whispers.box ? ["whispers"] : [];
    if (!this.staff) return ["chat", "questions", "polls", "people", ...more];
    const tabs: readonly Tab[] = ["questions", "hands", "chat", "people", ...more];
    return this.#narrow.matches ? ["polls", ...tabs] : tabs;
  }

  protected override render(): TemplateResult {
    const shown = this.#shown;
    return html`<aside
      class="panel ${this.staff ? "con-panel" : ""}"
      id="panel"
      tabindex="-1"
      data-sheet=${this.dock && !this.staff ? this.sheet : "tabs"}
      aria-label=${t("panel.label")}
      @chat=${(event: CustomEvent<{ name: string; line: ChatLine }>) => this.#chat(event)}
    >
      ${this.#top()}
      <div
        class="tabs"
        role="tablist"
        aria-label=${t("panel.tabs")}
        @keydown=${(event: KeyboardEvent) => rove(event, "[role=tab]")}
      >
        ${this.#tabs.map((tab) => this.#tab(tab))}
      </div>
      ${this.#pinned()}
      <div
        class="panel-body ${shown === "chat" ? "" : "top-al"}"
        role="tabpanel"
        id="tabpanel"
        aria-labelledby="tab-${shown}"
        tabindex="0"
      >
        ${this.#body()}
      </div>
      ${this.#composer()} ${this.#peek()}
    </aside>`;
  }

  #top(): TemplateResult | typeof nothing {
    if (this.staff) {
      if (this.#narrow.matches) return html`<div class="desk-top"></div>`;
      return html`<div class="desk-top">${this.#tray()}</div>
      <div class="next-hand">
        <lc-hands
          .hands=${this.room.hands}
          .mayAsk=${mayAsk(this.room)}
          .now=${this.now}
          .total=${this.handsTotal}
          .firstOnly=${true}
        ></lc-hands>
      </div>`;
    }
    return this.#docked();
  }

  #tray(): TemplateResult {
    return html`<lc-tray
      .room=${this.room}
      .drafts=${this.drafts}
      .held=${this.held}
      .now=${this.now}
    ></lc-tray>`;
  }

  #docked(): TemplateResult {
    if (!this.dock) return html`<div class="desk-top"></div>`;
    return html`<div class="desk-top">${this.#poll(this.dock, true)}</div>`;
  }

  #poll(poll: PollState, docked: boolean): TemplateResult {
    const waiting = this.pending.some((one) => one.type === "poll.vote" && one.poll === poll.id);
    return html`<lc-poll
      .poll=${poll}
      .earlier=${roundBefore(this.room.polls, poll)}
      .drafts=${this.drafts}
      .now=${this.now}
      .online=${this.room.presence.online}
      .docked=${docked}
      .waiting=${waiting}
      .dismissable=${docked && poll.phase === "closed"}
      .linked=${this.linked}
    ></lc-poll>`;
  }

  #tab(tab: Tab): TemplateResult {
    const chosen = tab === this.#shown;
    const { staff, unread, handsTotal } = this;
    const { count, on } = badge(this.room, tab, { staff, handsTotal, unread: chosen ? 0 : unread });
    return html`<button
      role="tab"
      type="button"
      id="tab-${tab}"
      aria-selected=${chosen}
      aria-controls="tabpanel"
      tabindex=${chosen ? 0 : -1}
      @click=${() => this.#open(tab)}
      @focus=${() => this.#open(tab)}
    >
      ${t(TABS[tab])}${
        count > 0 ? html` <span class="count ${on ? "on" : ""}">${count}</span>` : nothing
      }
    </button>`;
  }

  #pinned(): TemplateResult | typeof nothing {
    const line = this.room.pinned;
    if (!line || this.#shown !== "chat") return html`<div class="pin-place"></div>`;
    return html`<div class="pin-place">
      <div class="pinned">
        ${icon("tack", "s")}
        <p><b>${nameOf(line.author)}</b> ${line.text}</p>
        ${
          this.staff
            ? html`<button
              class="ibtn"
              type="button"
              aria-label=${t("chat.unpin")}
              @click=${() => this.#send("unpin", line)}
            >
              ${icon("x", "s")}
            </button>`
            : nothing
        }
      </div>
    </div>`;
  }

  #body(): TemplateResult {
    const { room, staff } = this;
    switch (this.#shown) {
      case "chat":
        return html`${staff ? html`<lc-chat-desk .room=${room}></lc-chat-desk>` : nothing}<lc-chat
          .room=${room}
          .pending=${this.pending}
          .linked=${this.linked}
          .staff=${staff}
          .history=${this.history}
          .now=${this.now}
        ></lc-chat>`;
      case "questions":
        return html`<lc-questions
          .room=${room}
          .staff=${staff}
          .drafts=${this.drafts}
        ></lc-questions>`;
      case "polls":
        return staff ? this.#tray() : this.#polls();
      case "hands":
        return html`<lc-floor-desk .room=${room}></lc-floor-desk><lc-hands
          .hands=${room.hands}
          .mayAsk=${mayAsk(room)}
          .now=${this.now}
          .total=${this.handsTotal}
        ></lc-hands>`;
      case "people":
        return html`<lc-people .room=${room}></lc-people>
          ${staff && room.phase === "live" ? html`<lc-roll></lc-roll>` : nothing}`;
      case "whispers":
        bringWhispers(this.whispers);
        return html`<lc-whispers .room=${room} .side=${this.whispers}></lc-whispers>`;
    }
  }

  #polls(): TemplateResult {
    const shown = this.room.polls.filter((poll) => poll.phase !== "prepared").reverse();
    if (shown.length === 0) {
      return html`<div class="empty">
        <h3>${t("poll.none")}</h3>
        <p>${t("poll.none_hint")}</p>
      </div>`;
    }
    return html`<div class="flow poll-list">
      ${shown.map((poll) =>
        poll.id === this.dock?.id
          ? this.#dockedNote(poll)
          : this.#poll(poll, false),
      )}
    </div>`;
  }

  #dockedNote(poll: PollState): TemplateResult {
    if (!this.#phone.matches) {
      return html`<p class="hint docked-note">${t("poll.above", { question: poll.question })}</p>`;
    }
    return html`<button class="btn full" type="button" data-to-poll @click=${() => this.#toPoll()}>
      ${icon("poll", "s")}${t("poll.go")}
    </button>`;
  }

  #composer(): TemplateResult | typeof nothing {
    const ended = this.room.phase === "ended" ? t("room.ended_closed") : "";
    if (this.#shown === "chat") {
      const { room, staff } = this;
      const closed = closedWords(room, staff);
      return html`<div class="desk-end">
        ${closed || staff ? nothing : paceLine(room)}
        <lc-composer
          data-for="chat"
          name="chat"
          .drafts=${this.drafts}
          label=${t("chat.write")}
          placeholder=${t("chat.placeholder")}
          button=${t("chat.send")}
          .limit=${CHAT_CHARS}
          .closed=${closed}
          .wait=${waitFor(room, staff, this.now)}
          .people=${this.people}
          .announces=${staff}
          .replyTo=${this.replyTo}
          .editing=${this.editing}
          @cancel-reply=${() => (this.replyTo = this.editing = null)}
          @write=${(event: CustomEvent<Written>) => {
            this.replyTo = this.editing = null;
            this.dispatchEvent(new CustomEvent("say", { detail: event.detail }));
          }}
        ></lc-composer>
      </div>`;
    }
    if (this.#shown === "questions" && !this.staff) {
      const anonymous = this.nameless && this.room.anonymous_questions;
      return html`<div class="desk-end">
        ${this.room.anonymous_questions && !ended ? this.#namelessChoice() : nothing}
        <lc-composer
          data-for="questions"
          name="questions"
          .drafts=${this.drafts}
          label=${t("qa.ask")}
          placeholder=${t("qa.placeholder")}
          button=${t("qa.ask_short")}
          .limit=${QUESTION_CHARS}
          .closed=${ended}
          .primary=${true}
          @write=${({ detail: { text } }: CustomEvent<{ text: string }>) =>
            this.dispatchEvent(new CustomEvent("ask", { detail: { text, anonymous } }))}
        ></lc-composer>
      </div>`;
    }
    return html`<div class="desk-end"></div>`;
  }

  /** Says before she sends who will see her name. */
  #namelessChoice(): TemplateResult {
    return html`<div class="qa-name">
      <label class="opt">
        <input
          type="checkbox"
          name="anonymous"
          aria-describedby="qa-name"
          .checked=${this.nameless}
          @change=${(event: Event) => (this.nameless = (event.target as HTMLInputElement).checked)}
        />
        <span>${t("qa.ask_anonymous")}</span>
      </label>
      <p class="hint" id="qa-name">${t(this.nameless ? "qa.name_hidden" : "qa.name_shown")}</p>
    </div>`;
  }

  /** On a phone: the newest line under the poll; a touch brings the tabs back. */
  #peek(): TemplateResult | typeof nothing {
    if (!this.dock || this.staff || this.sheet === "tabs" || !this.#phone.matches) return nothing;
    const line = this.room.chat.at(-1);
    return html`<button class="ph-peek" type="button" @click=${() => this.#open("chat")}>
      ${icon("chat", "s")}
      <span>
        ${
          line && !line.recalled
            ? `${nameOf(line.author)}${t("sep.colon")}${line.text}`
            : t("tab.chat")
        }
      </span>
      ${this.unread > 0 ? html`<span class="count">${this.unread}</span>` : nothing}
    </button>`;
  }

  /** Moves the focus to where one writes. */
  write(): void {
    this.querySelector<Composer>("lc-composer")?.write();
  }

  #toPoll(): void {
    this.dispatchEvent(new CustomEvent("to-poll"));
  }

  #open(tab: Tab): void {
    if (tab === this.#shown && this.sheet === "tabs") return;
    this.dispatchEvent(new CustomEvent("tab", { detail: tab }));
  }

  #chat(event: CustomEvent<{ name: string; line: ChatLine }>): void {
    const { name, line } = event.detail;
    if (name !== "reply" && name !== "edit") return;
    event.stopPropagation();
    this.replyTo = name === "reply" ? line : null;
    this.editing = name === "edit" ? line : null;
    void this.updateComplete.then(() => this.write());
  }

  #send(name: string, line: ChatLine): void {
    this.dispatchEvent(new CustomEvent("chat", { detail: { name, line } }));
  }
}

customElements.define("lc-panel", Panel);
