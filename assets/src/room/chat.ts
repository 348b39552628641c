/** What is said aloud: the newest lines, and own ones on their way. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";

import { t } from "../i18n";
import {
  type ChatLine,
  type ChatPost,
  EDIT_SECONDS,
  type PollState,
  type RoomCommand,
  type RoomState,
} from "../protocol.gen";
import { written } from "../ui/links";
import { icon, nameOf, Part, seal, titledName } from "../ui/part";
import { clockTime } from "../ui/time";

type Row =
  | { readonly kind: "line"; readonly at: number; readonly line: ChatLine }
  | { readonly kind: "poll"; readonly at: number; readonly poll: PollState };

function isPost(command: RoomCommand): command is ChatPost {
  return command.type === "chat.post";
}
import { type History, historyBar } from "./history";
import { recalledWords } from "./recalled";
import { mayReport, reportButton } from "./report";

export class Chat extends Part {
  static override properties = {
    room: { attribute: false },
    pending: { attribute: false },
    linked: { type: Boolean },
    staff: { type: Boolean },
    history: { attribute: false },
    now: { attribute: false, hasChanged: () => false },
    unread: { state: true },
    menu: { state: true },
  };

  declare room: RoomState;
  declare pending: readonly RoomCommand[];
  declare linked: boolean;
  declare staff: boolean;
  /** Lines before those of `room`. */
  declare history: History;
  /** Lines that arrived while an older place was being read. */
  declare unread: number;
  /** Unix seconds on the server's clock; nothing is drawn anew for it. */
  declare now: number;
  /** The line whose actions are shown. */
  declare menu: number | null;
  #atEnd = true;
  #box: HTMLElement | null = null;
  /** What stands at the top of what is read, and where: it stays there. */
  #held: { readonly row: Element; readonly top: number } | null = null;

  constructor() {
    super();
    this.unread = 0;
    this.menu = null;
  }

  protected override render(): TemplateResult {
    const posts = this.pending.filter(isPost);
    return html`${historyBar(this.history)}<div role="log" aria-live="off" aria-label=${t("chat.log")}>
      <ul class="msgs">
        ${
          this.room.chat.length + posts.length === 0
            ? html`<li class="msg sys">${t("chat.empty")}</li>`
            : nothing
        }
        ${repeat(
          this.#rows(),
          (row) => (row.kind === "line" ? row.line.id : `poll ${row.poll.id}`),
          (row) => (row.kind === "line" ? this.#kept(row.line) : pollRow(row)),
        )}
        ${posts.map((post) => this.#onItsWay(post))}
      </ul>
    </div>
      ${
        this.unread > 0
          ? html`<button class="btn newer" type="button" @click=${this.#toEnd}>
            ${t("chat.newer", { n: this.unread })}
          </button>`
          : nothing
      }`;
  }

  get #lines(): readonly ChatLine[] {
    return [...this.history.lines, ...this.room.chat];
  }

  #rows(): readonly Row[] {
    const lines: Row[] = this.#lines.map((line) => ({ kind: "line", at: line.at, line }));
    const first = lines[0]?.at ?? 0;
    const polls: Row[] = this.room.polls
      .filter((poll) => poll.opened_at !== null && poll.opened_at >= first)
      .map((poll) => ({ kind: "poll", at: poll.opened_at ?? 0, poll }));
    return [...lines, ...polls].sort((a, b) => a.at - b.at);
  }

  /** A line is drawn anew only when something of it is different: with each new one come 199 old. */
  #kept(line: ChatLine): unknown {
    const answered =
      line.reply_to === null ? undefined : this.#lines.find((one) => one.id === line.reply_to);
    const open = this.menu === line.id;
    const pinned = open && this.room.pinned?.id === line.id;
    return guard([line, answered, open, pinned], () => this.#line(line, answered));
  }

  #line(line: ChatLine, answered: ChatLine | undefined): TemplateResult {
    if (line.recalled) {
      return html`<li class="msg sys">${recalledWords(line, this.room.me.id)}</li>`;
    }
    const mine = line.mentions.includes(this.room.me.id);
    return html`<li
      class="msg ${line.announcement ? "ann" : ""} ${mine ? "to-me" : ""}"
      data-line=${line.id}
    >
      ${seal(line.author)}
      <p class="who">
        <b>${titledName(line.author)}</b><time>${clockTime(line.at)}</time>${marks(line, mine)}
      </p>
      ${this.#more(line)}
      ${line.reply_to === null || answered?.recalled ? nothing : this.#quote(line.reply_to, answered)}
      <p class="txt">${written(line.text)}</p>
      ${this.menu === line.id ? this.#actions(line) : nothing}
    </li>`;
  }

  /** What a line answers leads there, also before the lines that are held. */
  #quote(line: number, answered: ChatLine | undefined): TemplateResult {
    return html`<button class="quote" type="button" @click=${() => this.#jump(line)}>
      <span>
        ${answered ? `${nameOf(answered.author)}${t("sep.colon")}${answered.text}` : t("chat.reply_earlier")}
      </span>
    </button>`;
  }

  #jump(line: number): void {
    const row = this.querySelector<HTMLElement>(`[data-line="${line}"]`);
    if (!row) return void this.history.do((past, { open }) => open(past, { line }));
    row.tabIndex = -1;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  #more(line: ChatLine): TemplateResult {
    return html`<button
      class="ibtn more"
      type="button"
      aria-expanded=${this.menu === line.id}
      aria-label=${t("chat.actions", { name: nameOf(line.author) })}
      @click=${() => (this.menu = this.menu === line.id ? null : line.id)}
    >
      ${icon("more", "s")}
    </button>`;
  }

  #actions(line: ChatLine): TemplateResult {
    const own = line.author.id === this.room.me.id;
    const pinned = this.room.pinned?.id === line.id;
    return html`<div class="bar acts">
      <button class="btn quiet" type="button" @click=${() => this.#do("reply", line)}>
        ${t("chat.reply")}
      </button>
      ${
        own && this.now - line.at < EDIT_SECONDS
          ? html`<button class="btn quiet" type="button" @click=${() => this.#do("edit", line)}>
            ${t("chat.edit")}
          </button>`
          : nothing
      }
      ${
        own || this.staff
          ? html`<button class="btn quiet" type="button" @click=${() => this.#do("recall", line)}>
            ${t(own ? "chat.recall" : "chat.remove")}
          </button>`
          : nothing
      }
      ${mayReport(this.room, line.author) ? reportButton(this, line.author, line) : nothing}
      ${
        this.staff && line.author.role === "member"
          ? html`<lc-mute .room=${this.room} .person=${line.author}></lc-mute>`
          : nothing
      }
      ${
        this.staff
          ? html`<button class="btn quiet" type="button" @click=${() => this.#do(pinned ? "unpin" : "pin", line)}>
            ${t(pinned ? "chat.unpin" : "chat.pin")}
          </button>`
          : nothing
      }
    </div>`;
  }

  #onItsWay(post: ChatPost): TemplateResult {
    return html`<li class="msg waiting">
      ${seal(this.room.me)}
      <p class="who">
        <b>${titledName(this.room.me)}</b><span>${t(this.linked ? "chat.sending" : "chat.kept")}</span>
      </p>
      <p class="txt">${written(post.text)}</p>
    </li>`;
  }

  #do(name: "reply" | "edit" | "recall" | "pin" | "unpin", line: ChatLine): void {
    this.menu = null;
    this.dispatchEvent(new CustomEvent("chat", { bubbles: true, detail: { name, line } }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#box = this.closest<HTMLElement>(".panel-body");
    this.#box?.addEventListener("scroll", this.#scrolled, { passive: true });
    this.history.shown.add(this);
  }

  override disconnectedCallback(): void {
    this.#box?.removeEventListener("scroll", this.#scrolled);
    this.history.shown.delete(this);
    this.history.past?.forget();
    super.disconnectedCallback();
  }

  readonly #scrolled = (): void => {
    const box = this.#box;
    if (!box) return;
    this.#atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 48;
    this.history.read(!this.#atEnd, box.scrollTop < box.clientHeight / 2);
    if (this.#atEnd) this.unread = 0;
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#held = this.#atEnd ? null : this.#topRow();
    const old = changed.get("room") as RoomState | undefined;
    const before = old?.chat.at(-1)?.id ?? 0;
    if (!old || this.#atEnd || old.chat === this.room.chat) return;
    this.unread += this.room.chat.filter((line) => line.id > before).length;
  }

  protected override updated(): void {
    if (this.#atEnd) return this.#toEnd();
    const held = this.#held;
    if (!this.#box || !held?.row.isConnected) return;
    const moved = held.row.getBoundingClientRect().top - held.top;
    if (moved !== 0) this.#box.scrollTop += moved;
  }

  #topRow(): { readonly row: Element; readonly top: number } | null {
    const edge = this.#box?.getBoundingClientRect().top ?? 0;
    for (const row of this.querySelectorAll(".msgs > li")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > edge) return { row, top };
    }
    return null;
  }

  #toEnd(): void {
    const box = this.#box;
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    this.#atEnd = true;
    if (this.unread > 0) this.unread = 0;
  }
}

function marks(line: ChatLine, mine: boolean): TemplateResult {
  return html`${line.announcement ? html`<span class="chip acc">${t("chat.announcement")}</span>` : nothing}
  ${mine ? html`<span class="vh">${t("chat.mentioned", { name: nameOf(line.author) })}</span>` : nothing}
  ${line.edited ? html`<span>${t("chat.edited")}</span>` : nothing}`;
}

function pollRow({ at }: { at: number }): TemplateResult {
  return html`<li class="msg sys">${t("chat.poll_opened")} · ${clockTime(at)}</li>`;
}

customElements.define("lc-chat", Chat);
