/** Beside the picture: all that happened, to jump to, and the chat as it was at this moment. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { ChatLine, PollState, RoomState } from "../protocol.gen";
import { icon, line, nameOf, seal, titledName } from "../ui/part";
import { clockTime } from "../ui/time";
import { clockOf, type Moment } from "./timeline";

const GLYPHS: Readonly<Record<Moment["kind"], string>> = {
  start: "flag",
  poll: "poll",
  question: "ask",
  chat: "chat",
  pause: "pause",
  resume: "play",
};

/** Lines drawn at most around the place: a list of thousands would be slow and is not read. */
const MOST_LINES = 200;

export function timelineList(
  all: readonly Moment[],
  now: number,
  seek: (t: number) => void,
): TemplateResult {
  const place = all.findLastIndex((one) => one.t <= now) + 1;
  const first = Math.max(0, Math.min(place - MOST_LINES / 2, all.length - MOST_LINES));
  const shown = all.slice(first, first + MOST_LINES);
  const row = (one: Moment): TemplateResult => html`<li class="ev">
    <button type="button" @click=${() => seek(one.t)}>
      <span class="num">${clockOf(one.t)}</span>
      <span class="ev-i">${icon(GLYPHS[one.kind], "s")}</span>
      <span><small>${kindWords(one)}</small>${words(one)}</span>
    </button>
  </li>`;
  return html`<ol class="evs" data-events>
    ${shown.slice(0, place - first).map(row)}
    <li class="ev now" data-now>
      <div class="ev-now"><span class="num">${clockOf(now)}</span><span>${t("replay.now")}</span></div>
    </li>
    ${shown.slice(place - first).map(row)}
  </ol>`;
}

function kindWords(one: Moment): string {
  const names: Readonly<Record<Moment["kind"], Key>> = {
    start: "replay.chapter",
    poll: "replay.poll",
    question: "replay.question",
    chat: "replay.chat",
    pause: "replay.recording",
    resume: "replay.recording",
  };
  const name = t(names[one.kind]);
  return one.kind === "question" && one.count > 0
    ? `${name} · ${t("replay.wanted", { n: one.count })}`
    : name;
}

function words(one: Moment): TemplateResult | string {
  switch (one.kind) {
    case "start":
      return t("replay.chapter_start");
    case "pause":
      return t("replay.paused");
    case "resume":
      return t("replay.resumed");
    case "chat":
      return `${one.author ? nameOf(one.author) : ""}${t("sep.colon")}${one.text}`;
    case "poll":
      return html`${one.text}${result(one.poll)}`;
    case "question":
      return one.text;
  }
}

/** The answer most people chose, when the result was shown to everybody. */
function result(poll: PollState | null): TemplateResult | typeof nothing {
  const counts = poll?.counts;
  if (!poll || !counts || poll.voters === 0) return nothing;
  const most = counts.reduce((best, one) => (one.votes > best.votes ? one : best), counts[0]!);
  const text = poll.options.find((one) => one.id === most.option)?.text ?? "";
  return html`<span class="rs">
    ${t("replay.chosen", { a: most.votes, b: poll.voters, text })}
  </span>`;
}

/** The chat as everybody saw it then. */
export function chatThen(state: RoomState): TemplateResult {
  return html`<div class="rp-chat" tabindex="0" role="log" aria-live="off" aria-label=${t("chat.log")}>
    ${state.pinned ? html`<p class="rp-pin">${icon("tack", "s")}<span>${nameOf(state.pinned.author)}${t("sep.colon")}${state.pinned.text}</span></p>` : nothing}
    <ul class="msgs">
      ${
        state.chat.length === 0
          ? html`<li class="msg sys">${t("replay.no_chat")}</li>`
          : state.chat.map(chatLine)
      }
    </ul>
  </div>`;
}

function chatLine(one: ChatLine): TemplateResult {
  return html`<li class="msg" data-line=${one.id}>
    ${seal(one.author)}
    <p class="who"><b>${titledName(one.author)}</b><time>${clockTime(one.at)}</time></p>
    <p class="txt">${one.text}</p>
  </li>`;
}

/** The poll that was before everybody then: open, or with its result just shown. */
export function pollThen(state: RoomState): TemplateResult | typeof nothing {
  const poll =
    state.polls.findLast((one) => one.phase === "open") ??
    state.polls.findLast((one) => one.published);
  if (!poll) return nothing;
  const votes = new Map((poll.counts ?? []).map((one) => [one.option, one.votes]));
  return html`<section class="poll" aria-label=${t("replay.poll")} data-poll=${poll.id}>
    <p class="top-line">
      <span class="chip">${icon("poll")}${t(poll.phase === "open" ? "replay.poll_open" : "replay.poll_result")}</span>
    </p>
    <h3>${poll.question}</h3>
    ${poll.options.map((one) => {
      const count = votes.get(one.id) ?? 0;
      if (!poll.counts) return html`<p class="rp-option">${one.text}</p>`;
      const said = t("replay.votes", { n: count });
      return html`<div class="result">
        <span>${one.text}</span><span class="num">${count}</span>
        ${line(poll.voters, [{ kind: "me", start: 0, length: count }], said, "thin")}
      </div>`;
    })}
  </section>`;
}
