/** What is seen of a replay counts as presence in the class: it is reported as lessons are. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { Kept } from "../player/kept";
import { Recorder } from "../player/recorder";
import { type Opening, Reporter } from "../player/reporter";
import { icon } from "../ui/part";
import type { ReplayData } from "./data";

/** Faster than that plays, but counts nothing (`courses.credits.crossing.FASTEST`). */
const FASTEST = 1.5;
const DAY = 24 * 3600 * 10;

/** What of the player matters here. `time`: seconds since the recording began. */
export interface Playing {
  readonly time: number;
  readonly playing: boolean;
  readonly waiting: boolean;
  readonly rate: number;
}

export class Presence {
  readonly #recorder = new Recorder(DAY, FASTEST);
  readonly #reporter: Reporter;
  #opening: Opening | "no" | "asking" = "no";
  #second = 0;
  #moving = false;

  constructor(
    data: ReplayData,
    private readonly changed: () => void,
  ) {
    const told = { csrf: data.csrf, watched: [], position: 0, permille: 0, urls: data.urls };
    const here = (): number => this.#second * 10;
    this.#reporter = new Reporter(told, this.#recorder, new Kept(), here, changed);
  }

  /** Where the player is; `started`: when the class began, in seconds of the recording. */
  look(player: Playing, started: number | null): void {
    if (started === null) return;
    const at = player.time - started;
    if (!player.playing || player.waiting || at < 0) {
      this.#recorder.pause();
      if (this.#moving) this.#reporter.report();
      this.#moving = false;
      return;
    }
    this.#moving = true;
    if (this.#reporter.lost) this.#opening = "elsewhere";
    if (this.#opening === "no") void this.open(false);
    this.#second = at;
    this.#recorder.move(at, player.rate, performance.now());
  }

  /** It is about to jump. */
  jump(): void {
    this.#recorder.stop();
  }

  async open(takeOver: boolean): Promise<void> {
    this.#opening = "asking";
    const found = await this.#reporter.open(takeOver);
    this.#opening = found === "trouble" ? "no" : found;
    this.changed();
  }

  /** What the person has to know; nothing while it counts. */
  notice(player: Playing): TemplateResult | typeof nothing {
    if (this.#opening === "elsewhere") {
      return html`<p class="bar rp-note" role="status" data-elsewhere>
        ${icon("alert", "s")}<span>${t("lesson.elsewhere")}</span>
        <button class="btn" type="button" @click=${() => void this.open(true)}>${t("lesson.continue_here")}</button>
      </p>`;
    }
    if (player.playing && player.rate > FASTEST) {
      return html`<p class="bar rp-note" role="status">${icon("clock", "s")}${t("lesson.fast")}</p>`;
    }
    return this.#reporter.cut
      ? html`<p class="bar rp-note" role="status">${icon("wifi-off", "s")}${t("lesson.cut")}</p>`
      : nothing;
  }
}
