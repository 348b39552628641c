/** What is said aloud: the newest lines, and own ones on their way. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { ChatLine, ChatPost, PollState, RoomCommand, RoomState } from "../protocol.gen";
import { icon, nameOf, Part, seal, titledName } from "../ui/part";
import { clockTime } from "../ui/time";

type Row =
  | { readonly kind: "line"; readonly at: number; readonly line: ChatLine }
  | { readonly kind: "poll"; readonly at: number; readonly poll: PollState };

function isPost(command: RoomCommand): command is ChatPost {
  return command.type === "chat.post";
}

export class Chat extends Part {
  static override properties = {
    room: { attribute: false },
    pending: { attribute: false },
    linked: { type: Boolean },
    staff: { type: Boolean },
    unread: { state: true },
    menu: { state: true },
  };

  declare room: RoomState;
  declare pending: readonly RoomCommand[];
  declare linked: boolean;
  declare staff: boolean;
  /** Lines that arrived while an older place was being read. */
  declare unread: number;
  /** The line whose actions are shown. */
  declare menu: number | null;
  #atEnd = true;
  #box: HTMLElement | null = null;

  constructor() {
    super();
    this.unread = 0;
    this.menu = null;
  }

  protected override render(): TemplateResult {
    const posts = this.pending.filter(isPost);
    return html`<div role="log" aria-live="off" aria-label=${t("chat.log")}>
      <ul class="msgs">
        ${
          this.room.chat.length + posts.length === 0
            ? html`<li class="msg sys">${t("chat.empty")}</li>`
            : nothing
        }
        ${this.#rows().map((row) => (row.kind === "line" ? this.#line(row.line) : pollRow(row)))}
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

  #rows(): readonly Row[] {
    const lines: Row[] = this.room.chat.map((line) => ({ kind: "line", at: line.at, line }));
    const first = lines[0]?.at ?? 0;
    const polls: Row[] = this.room.polls
      .filter((poll) => poll.opened_at !== null && poll.opened_at >= first)
      .map((poll) => ({ kind: "poll", at: poll.opened_at ?? 0, poll }));
    return [...lines, ...polls].sort((a, b) => a.at - b.at);
  }

  #line(line: ChatLine): TemplateResult {
    if (line.recalled) {
      return html`<li class="msg sys">${recalledWords(line, this.room.me.id)}</li>`;
    }
    const answered = this.room.chat.find((one) => one.id === line.reply_to);
    return html`<li class="msg" data-line=${line.id}>
      ${seal(line.author)}
      <p class="who"><b>${titledName(line.author)}</b><time>${clockTime(line.at)}</time></p>
      ${this.#more(line)}
      ${
        answered && !answered.recalled
          ? html`<p class="quote">${nameOf(answered.author)}${t("sep.colon")}${answered.text}</p>`
          : nothing
      }
      <p class="txt">${line.text}</p>
      ${this.menu === line.id ? this.#actions(line) : nothing}
    </li>`;
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
        own || this.staff
          ? html`<button class="btn quiet" type="button" @click=${() => this.#do("recall", line)}>
            ${t(own ? "chat.recall" : "chat.remove")}
          </button>`
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
      <p class="txt">${post.text}</p>
    </li>`;
  }

  #do(name: "reply" | "recall" | "pin" | "unpin", line: ChatLine): void {
    this.menu = null;
    this.dispatchEvent(new CustomEvent("chat", { bubbles: true, detail: { name, line } }));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#box = this.closest<HTMLElement>(".panel-body");
    this.#box?.addEventListener("scroll", this.#scrolled, { passive: true });
  }

  override disconnectedCallback(): void {
    this.#box?.removeEventListener("scroll", this.#scrolled);
    super.disconnectedCallback();
  }

  readonly #scrolled = (): void => {
    const box = this.#box;
    if (!box) return;
    this.#atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 48;
    if (this.#atEnd) this.unread = 0;
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    const old = changed.get("room") as RoomState | undefined;
    const before = old?.chat.at(-1)?.id ?? 0;
    if (!old || this.#atEnd || old.chat === this.room.chat) return;
    this.unread += this.room.chat.filter((line) => line.id > before).length;
  }

  protected override updated(): void {
    if (this.#atEnd) this.#toEnd();
  }

  #toEnd(): void {
    const box = this.#box;
    if (!box) return;
    box.scrollTop = box.scrollHeight;
    this.#atEnd = true;
    if (this.unread > 0) this.unread = 0;
  }
}

/** Who took the line back: its author, or somebody who holds the class. */
export function recalledWords({ author, recalled_by: by }: ChatLine, me: number): string {
  const name = nameOf(author);
  if (!by || by.id === author.id) return t("chat.recalled", { name });
  const own = author.id === me;
  if (by.role === "assistant") {
    return own ? t("chat.removed_own_assistant") : t("chat.removed_assistant", { name });
  }
  return own ? t("chat.removed_own_host") : t("chat.removed_host", { name });
}

function pollRow({ at }: { at: number }): TemplateResult {
  return html`<li class="msg sys">${t("chat.poll_opened")} · ${clockTime(at)}</li>`;
}

customElements.define("lc-chat", Chat);
