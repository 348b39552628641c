/** Polls of the class in the replay: when one stops it, the card beside the picture, the answer. */
import "./ask-card";

import { html, type LitElement, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { RoomState } from "../protocol.gen";
import { icon } from "../ui/part";
import type { AskCard, Sent } from "./ask-card";
import { pollCard, pollThen } from "./aside";
import { Asking, type OwnAnswer } from "./asking";
import type { Bounds, ReplayData, Told } from "./data";
import { published } from "./timeline";

/** What of the player matters here. */
interface Playing {
  readonly time: number;
  readonly playing: boolean;
  play(): void;
  pause(): void;
}

export class Again {
  readonly #asking: Asking;
  #told: readonly Told[] = [];
  /** Where it played when it was looked at last. */
  #before = 0;

  constructor(
    private readonly data: ReplayData,
    private readonly player: Playing,
    private readonly page: LitElement,
  ) {
    this.#asking = new Asking(data.asked);
  }

  take(told: readonly Told[], bounds: Bounds | null): void {
    this.#told = told;
    this.#asking.take(told, bounds);
  }

  /** It has jumped: what lies between is not asked, only what is there. */
  jump(): void {
    this.#before = this.player.time;
  }

  /** At the time of a poll it stops, so that the question is read before the answer is heard. */
  look(): void {
    const before = this.#before;
    this.#before = this.player.time;
    if (!this.player.playing || !this.#asking.due(before, this.player.time)) return;
    this.player.pause();
    if (document.fullscreenElement) void document.exitFullscreen();
    this.#focus();
  }

  #focus(): void {
    void this.page.updateComplete.then(async () => {
      await this.page.querySelector<AskCard>("lc-replay-ask")?.updateComplete;
      this.page.querySelector<HTMLElement>("lc-replay-ask .pq")?.focus();
    });
  }

  /** The question; or what came of it, with the own answer. */
  card(state: RoomState): TemplateResult | typeof nothing {
    const poll = this.#asking.current(this.player.time);
    if (!poll) return pollThen(state);
    if (this.#asking.isAsked(poll.id)) {
      return html`<lc-replay-ask .poll=${poll} .send=${this.#send} @skip-poll=${this.#pass}></lc-replay-ask>`;
    }
    const own = this.#asking.own(poll.id);
    const shown = published(this.#told, poll);
    const mine = { voted: own !== null, mine: [...(own?.options ?? [])], my_answers: [...(own?.answers ?? [])] };
    const foot = own ? kept(own) : this.#offer(poll.id);
    return pollCard({ ...shown, ...mine, phase: "closed" }, null, foot);
  }

  #offer(poll: number): TemplateResult {
    const open = (): void => {
      this.#asking.askAgain(poll);
      this.page.requestUpdate();
      this.#focus();
    };
    return html`<div class="bar">
      <button class="btn" type="button" data-answer @click=${open}>${t("replay.ask_now")}</button>
    </div>`;
  }

  readonly #pass = (event: CustomEvent<number>): void => {
    this.#asking.skip(event.detail);
    this.#goOn();
  };

  /** It plays on from where it stopped, and the keys are where one needs them. */
  #goOn(): void {
    this.page.requestUpdate();
    this.player.play();
    this.page.querySelector<HTMLElement>("[data-play]")?.focus();
  }

  readonly #send: AskCard["send"] = async (poll, id, options, answers): Promise<Sent> => {
    try {
      const reply = await fetch(`${this.data.urls.answer}${poll}/`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.data.csrf },
        body: JSON.stringify({ id, options, answers }),
      });
      const told = (await reply.json()) as OwnAnswer & { readonly sentence?: string };
      if (!reply.ok) return { ok: false, words: told.sentence ?? "" };
      this.#asking.keep(told);
      this.page.requestUpdate();
      this.page.querySelector<HTMLElement>("[data-play]")?.focus();
      return { ok: true };
    } catch {
      return { ok: false, words: "" };
    }
  };
}

function kept(own: OwnAnswer): TemplateResult {
  const written = own.answers.length > 0;
  return html`<p class="stored" role="status">
    <span class="chip ok">${icon("check")}${t("replay.ask_kept")}</span>
    ${written ? html`<span>${t("poll.you_wrote", { text: own.answers.join(t("sep.list")) })}</span>` : nothing}
  </p>`;
}
