/** The tab of whispers: the list of the own threads, one of them, or a new one. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import type { RoomState, WhisperBox, WhisperThread } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { dayTime } from "../ui/time";
import { BoxRefused, fetchBox, newestUnread, otherName, otherUnit, stateOf } from "./box";
import { compose, type Letter, recipient } from "./compose";
import type { WhisperDraft, WhisperSide } from "./side";
import { otherSeal, reading } from "./thread";
import { w } from "./words";

/** What is shown: all threads, one of them, or the form of a new one. */
type View = "list" | "new" | number;

export class Whispers extends Part {
  static override properties = {
    room: { attribute: false },
    side: { attribute: false },
    box: { state: true },
    trouble: { state: true },
    view: { state: true },
    letter: { state: true },
    sending: { state: true },
    shown: { state: true },
  };

  declare room: RoomState;
  declare side: WhisperSide;
  declare box: WhisperBox | null;
  /** Why there is nothing to show; "" while there is. */
  declare trouble: string;
  /** Null until it is known whether there is anything. */
  declare view: View | null;
  declare letter: Letter;
  declare sending: boolean;
  /** Whispers are wanted on the screen although it is shared. */
  declare shown: boolean;
  #known = "";
  #asked = 0;

  constructor() {
    super();
    this.box = null;
    this.trouble = "";
    this.view = null;
    this.letter = { to: 0, anonymous: false, unit: false };
    this.sending = false;
    this.shown = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#seen);
  }

  override disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    super.disconnectedCallback();
  }

  /** Something of the own whispers is new, or the page has come back: the room's state says so. */
  protected override willUpdate(changed: PropertyValues): void {
    if (!this.#sharing) this.shown = false;
    if (!changed.has("room")) return;
    const { unread, threads, changed: at } = this.room.whispers;
    const news = `${unread} ${threads} ${at} ${this.room.phase}`;
    if (news === this.#known) return;
    this.#known = news;
    void this.#fetch();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("view") && typeof changed.get("view") !== "undefined") this.#moveFocus();
    if (changed.has("box") && typeof this.view === "number") {
      this.querySelector(".wh-letters")?.lastElementChild?.scrollIntoView({ block: "nearest" });
    }
    this.#seen();
  }

  protected override render(): TemplateResult {
    return html`<section class="wh-room" aria-label=${w("label")}>${this.#shownPart()}</section>`;
  }

  #shownPart(): TemplateResult {
    if (this.trouble) {
      return html`<div class="empty" role="alert">
        <p>${this.trouble}</p>
        <button class="btn" type="button" @click=${() => void this.#fetch()}>${w("try")}</button>
      </div>`;
    }
    const { box } = this;
    if (!box) return html`<p class="hint" role="status">${w("reading")}</p>`;
    if (this.#sharing && !this.shown) return this.#cover();
    const thread = box.threads.find((one) => one.id === this.view);
    if (thread) return this.#thread(thread);
    return this.view === "new" ? this.#new(box) : this.#list(box);
  }

  /** Nothing private on a screen that everybody sees. */
  #cover(): TemplateResult {
    return html`<div class="empty">
      ${icon("eye", "l")}
      <p>${w("cover")}</p>
      <button class="btn" type="button" @click=${() => (this.shown = true)}>${w("cover_off")}</button>
    </div>`;
  }

  #list(box: WhisperBox): TemplateResult {
    const mayWrite = box.open && box.recipients.length > 0;
    return html`<div class="wh-head">
        <h2 tabindex="-1">${w("label")}</h2>
        ${
          mayWrite
            ? html`<button
                class="btn"
                type="button"
                data-write-whisper
                @click=${() => (this.view = "new")}
              >
                ${icon("pen", "s")}${w("write")}
              </button>`
            : nothing
        }
      </div>
      ${
        box.threads.length === 0
          ? html`<div class="empty">
              <h3>${w("empty")}</h3>
              <p>${w(box.recipients.length > 0 && box.open ? "placeholder" : "empty_staff")}</p>
            </div>`
          : html`<ul class="ths">
              ${box.threads.map((one) => html`<li>${this.#row(one)}</li>`)}
            </ul>`
      }
      ${box.open ? nothing : html`<p class="hint">${w("closed")}</p>`}
      ${box.more ? html`<p class="hint">${w("more_threads")}</p>` : nothing}
      <p><a class="link" href=${this.side.page} target="_blank">${w("open_page")}</a></p>`;
  }

  #row(thread: WhisperThread): TemplateResult {
    const state = stateOf(thread);
    const unit = otherUnit(thread);
    return html`<button class="th" type="button" data-thread=${thread.id} @click=${() => this.#open(thread.id)}>
      ${otherSeal(thread, "")}
      <span>
        <b>${otherName(thread)}</b>
        <small>${unit ? `${unit} · ` : ""}${dayTime(thread.changed)}</small>
      </span>
      <span class="th-e">
        ${
          thread.unread > 0
            ? html`<span class="count on">${thread.unread}</span>`
            : html`<span class="chip ${state.ok ? "ok" : ""}">${w(state.key)}</span>`
        }
      </span>
    </button>`;
  }

  #new(box: WhisperBox): TemplateResult {
    return html`<header class="wh-top">
        <button
          class="ibtn"
          type="button"
          aria-label=${w("back")}
          @click=${() => (this.view = "list")}
        >
          ${icon("left")}
        </button>
        <h2 tabindex="-1">${w("write")}</h2>
      </header>
      ${compose({
        box,
        letter: this.letter,
        text: this.side.drafts.get("whisper:0"),
        sending: this.sending,
        change: (letter) => (this.letter = letter),
        type: (text) => this.side.drafts.set("whisper:0", text),
        send: () => void this.#send(box),
      })}`;
  }

  #thread(thread: WhisperThread): TemplateResult {
    const draft = `whisper:${thread.id}` as const;
    return reading({
      thread,
      text: this.side.drafts.get(draft),
      sending: this.sending,
      type: (text) => this.side.drafts.set(draft, text),
      reply: () => void this.#reply(thread),
      back: () => (this.view = "list"),
      act: (command) => void this.#act(command),
    });
  }

  // ---- what the person does

  #open(thread: number): void {
    this.view = thread;
    void this.#fetch();
  }

  async #send(box: WhisperBox): Promise<void> {
    const to = recipient(box, this.letter);
    const text = this.side.drafts.get("whisper:0").trim();
    if (!to || text === "") return;
    const { anonymous, unit } = this.letter;
    const command: WhisperDraft = { type: "whisper.send", to: to.id, text, anonymous, unit };
    if (!(await this.#write("whisper:0", command))) return;
    await this.#fetch();
    const begun = this.box?.threads.find(
      (one) => one.mine && one.anonymous === anonymous && one.other?.id === to.id,
    );
    if (begun) this.#open(begun.id);
  }

  /** What it changed is fetched: not everything one does is news to both sides. */
  async #act(command: WhisperDraft): Promise<void> {
    if (await this.side.act(command)) await this.#fetch();
  }

  async #reply(thread: WhisperThread): Promise<void> {
    const draft = `whisper:${thread.id}` as const;
    const text = this.side.drafts.get(draft).trim();
    if (text === "") return;
    await this.#write(draft, { type: "whisper.answer", thread: thread.id, text });
  }

  /** The draft goes when the letter is stored; refused words stay where they were written. */
  async #write(draft: `whisper:${number}`, command: WhisperDraft): Promise<boolean> {
    this.sending = true;
    const done = await this.side.act(command);
    if (done) this.side.drafts.set(draft, "");
    this.sending = false;
    return done;
  }

  // ---- within

  get #sharing(): boolean {
    const { me, stage } = this.room;
    return stage.some((one) => one.stream === "screen" && one.person.id === me.id);
  }

  /** The letters in front of an open eye are read. */
  readonly #seen = (): void => {
    if (document.visibilityState !== "visible" || (this.#sharing && !this.shown)) return;
    const thread = this.box?.threads.find((one) => one.id === this.view);
    const letter = thread ? newestUnread(thread) : null;
    if (!thread || letter === null || letter <= this.#read) return;
    this.#read = letter;
    void this.side.act({ type: "whisper.read", thread: thread.id, letter });
  };
  #read = 0;

  async #fetch(): Promise<void> {
    const asked = (this.#asked += 1);
    const handle = this.box?.threads.find((one) => one.id === this.view)?.handle ?? "";
    try {
      const box = await fetchBox(this.side.box, handle);
      if (asked !== this.#asked) return; // a newer one is on its way
      this.box = box;
      this.trouble = "";
      if (this.view === null) {
        const first = box.threads.length === 0 && box.open && this.room.me.role === "member";
        this.view = first ? "new" : "list";
      }
      if (typeof this.view === "number" && box.threads.every((one) => one.id !== this.view)) {
        this.view = "list";
      }
    } catch (reason) {
      if (asked !== this.#asked) return;
      // a thread that is gone is no trouble: back to the list
      if (reason instanceof BoxRefused && handle !== "") {
        this.view = "list";
        return void this.#fetch();
      }
      this.trouble = reason instanceof BoxRefused ? reason.message : w("failed");
    }
  }

  #moveFocus(): void {
    this.querySelector<HTMLElement>("h2[tabindex]")?.focus();
  }
}
