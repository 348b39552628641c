/** One thread of whispers: its letters, the place to go on, and what its two sides may do. */
import { html, nothing, type TemplateResult } from "lit";

import { WHISPER_CHARS, WHISPER_REASON_CHARS, type WhisperLetter, type WhisperThread } from "../protocol.gen";
import { icon, nameOf, sealText } from "../ui/part";
import { clockTime, dayTime } from "../ui/time";
import { otherName, otherUnit } from "./box";
import { readers } from "./readers";
import type { WhisperDraft } from "./side";
import { w } from "./words";

export interface Reading {
  readonly thread: WhisperThread;
  readonly text: string;
  readonly sending: boolean;
  readonly type: (text: string) => void;
  readonly reply: () => void;
  readonly back: () => void;
  readonly act: (command: WhisperDraft) => void;
}

/** The seal of the other side; a round one for who is not named. */
export function otherSeal(thread: WhisperThread, size: "" | "s"): TemplateResult {
  const hidden = thread.other === null;
  const text = hidden ? [...w("anonymous")][0] : sealText(otherName(thread));
  return html`<span class="seal ${size} ${hidden ? "anon" : ""}" aria-hidden="true">${text}</span>`;
}

export function reading(view: Reading): TemplateResult {
  const { thread } = view;
  const name = otherName(thread);
  return html`<header class="wh-top">
      <button class="ibtn" type="button" aria-label=${w("back")} @click=${view.back}>
        ${icon("left")}
      </button>
      <h2 tabindex="-1">${name}<small>${otherUnit(thread)}</small></h2>
    </header>
    ${notice(thread)}
    <div class="wh-letters" role="log" aria-label=${w("of", { name })}>
      ${thread.letters.map((one) => letter(view, one))}
    </div>
    ${readers({
      name,
      receives: !thread.mine,
      anonymous: thread.anonymous,
      kept: w("day", { date: dayTime(thread.expires_at) }),
    })}
    ${
      thread.blocked && thread.mine
        ? html`<p class="hint">${w("blocked_mine")}</p>`
        : replyForm(view, name)
    }
    ${more(view)}`;
}

function notice(thread: WhisperThread): TemplateResult | typeof nothing {
  if (thread.hold === "opened") {
    const names = thread.opened_by.map(nameOf).join(w("and"));
    return note("due", "eye", w("opened", { names, reason: thread.reason }));
  }
  if (thread.blocked && !thread.mine) return note("plain", "dash", w("blocked"));
  if (thread.hold === "reported") return note("plain", "flag", w("held"));
  if (thread.hold === "closed") return note("plain", "flag", w("held_closed"));
  return nothing;
}

function note(kind: string, drawn: string, text: string): TemplateResult {
  return html`<div class="note ${kind}">
    ${icon(drawn, "s")}
    <p>${text}</p>
  </div>`;
}

function letter(view: Reading, one: WhisperLetter): TemplateResult {
  const { thread } = view;
  const hidden = thread.anonymous && thread.mine;
  const who = one.mine ? w(hidden ? "you_anonymous" : "you") : otherName(thread);
  const unread = one.mine && one.read_at === null && !one.withdrawn;
  return html`<article class="letter ${one.mine ? "mine" : ""}" data-letter=${one.id}>
    <p class="l-who">${who}<time>${dayTime(one.at)}</time></p>
    ${
      one.withdrawn
        ? html`<p class="hint">${w("withdrawn")}</p>`
        : html`<p class="l-t song-in">${one.text}</p>`
    }
    ${
      one.mine && !one.withdrawn
        ? html`<p class="l-s">
            ${one.read_at === null ? w("sent") : `${w("read")} ${clockTime(one.read_at)}`}
            ${
              unread
                ? html`<button
                    class="link"
                    type="button"
                    @click=${() => view.act({ type: "whisper.withdraw", letter: one.id })}
                  >
                    ${w("withdraw")}
                  </button>`
                : nothing
            }
          </p>`
        : nothing
    }
  </article>`;
}

function replyForm(view: Reading, name: string): TemplateResult {
  return html`<form
    class="flow-s"
    data-reply
    @submit=${(event: Event) => {
      event.preventDefault();
      view.reply();
    }}
  >
    <textarea
      class="input song-in"
      name="text"
      required
      maxlength=${WHISPER_CHARS}
      aria-label=${w("reply_label", { name })}
      placeholder=${w("reply")}
      .value=${view.text}
      @input=${(event: Event) => view.type((event.target as HTMLTextAreaElement).value)}
    ></textarea>
    <div class="bar">
      <button class="btn pri" type="submit" ?disabled=${view.sending}>${w("reply")}</button>
    </div>
  </form>`;
}

/** What changes more than a letter: each with what follows from it, before it is done. */
function more(view: Reading): TemplateResult {
  const { thread, act } = view;
  const { id } = thread;
  if (thread.mine) {
    return html`<details class="wh-more">
      <summary class="link">${w("more")}</summary>
      ${deed(w("delete"), w("delete_hint"), () => {
        act({ type: "whisper.delete", thread: id });
        view.back();
      })}
    </details>`;
  }
  return html`<details class="wh-more">
    <summary class="link">${w("more")}</summary>
    ${deed(w(thread.blocked ? "unblock" : "block"), w("block_hint"), () =>
      act({ type: "whisper.block", thread: id, on: !thread.blocked }),
    )}
    ${thread.hold === "none" ? reportForm(view) : nothing}
  </details>`;
}

function deed(label: string, hint: string, does: () => void): TemplateResult {
  return html`<p>
    <button class="btn" type="button" @click=${does}>${label}</button>
    <span class="hint">${hint}</span>
  </p>`;
}

function reportForm(view: Reading): TemplateResult {
  return html`<form
    class="flow-s"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const reason = new FormData(event.target as HTMLFormElement).get("reason");
      if (typeof reason !== "string" || reason.trim() === "") return;
      view.act({ type: "whisper.report", thread: view.thread.id, reason: reason.trim() });
    }}
  >
    <div class="field">
      <label for="wh-reason">${w("report_reason")}</label>
      <textarea
        class="input"
        id="wh-reason"
        name="reason"
        required
        maxlength=${WHISPER_REASON_CHARS}
      ></textarea>
      <p class="hint">${w("report_hint")}</p>
    </div>
    <button class="btn danger" type="submit">${w("report_done")}</button>
  </form>`;
}
