/** Beside the picture: all that happened, to jump to, and the chat as it was at this moment. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { ChatLine, PollState, RoomState } from "../protocol.gen";
import { isWritten, mean, roundBefore, votesOf } from "../room/ballot";
import { bars } from "../room/poll-bars";
import { optionText } from "../room/poll-inputs";
import { written } from "../ui/links";
import { icon, nameOf, seal, titledName } from "../ui/part";
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

/** What most people chose or wrote, when the result was shown to everybody. */
function result(poll: PollState | null): TemplateResult | typeof nothing {
  if (!poll?.published || poll.voters === 0) return nothing;
  const middle = poll.kind === "rating" ? mean(poll) : null;
  if (middle) return html`<span class="rs">${middle} ${t("poll.mean", { n: poll.options.length })}</span>`;
  const most = isWritten(poll) ? poll.answers?.[0] : favourite(poll);
  if (!most) return nothing;
  if (poll.kind === "ranking") return html`<span class="rs">1. ${most.text}</span>`;
  const { votes: a, text } = most;
  return html`<span class="rs">${t("replay.chosen", { a, b: poll.voters, text })}</span>`;
}

function favourite(poll: PollState): { readonly text: string; readonly votes: number } | null {
  const options = poll.options.map((one) => ({
    text: optionText(poll, one),
    votes: votesOf(poll, one.id),
  }));
  return options.reduce<(typeof options)[number] | null>(
    (best, one) => (best && best.votes >= one.votes ? best : one),
    null,
  );
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
    <p class="txt">${written(one.text)}</p>
  </li>`;
}

/** The poll that was before everybody then: open, or with its result just shown. */
export function pollThen(state: RoomState): TemplateResult | typeof nothing {
  const poll =
    state.polls.findLast((one) => one.phase === "open") ??
    state.polls.findLast((one) => one.published);
  return poll ? pollCard(poll, roundBefore(state.polls, poll), nothing) : nothing;
}

/** A poll as the class left it; `foot` stands below. */
export function pollCard(
  poll: PollState,
  before: PollState | null,
  foot: TemplateResult | typeof nothing,
): TemplateResult {
  return html`<section class="poll" aria-label=${t("replay.poll")} data-poll=${poll.id}>
    <p class="top-line">
      <span class="chip">${icon("poll")}${t(poll.phase === "open" ? "replay.poll_open" : poll.published ? "replay.poll_result" : "poll.closed")}</span>
      <span>${t(`poll.kind_${poll.kind}`)}</span>
    </p>
    <h3>${poll.question}</h3>
    ${bars({ poll, before, sorted: false, moderate: null })} ${foot}
  </section>`;
}
