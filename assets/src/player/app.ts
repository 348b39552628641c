/** A lesson of video or sound: the picture, its controls, and what counts. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { pageData } from "../page";
import { clockOf } from "../replay/timeline";
import { icon, Part } from "../ui/part";
import { type Act, controls } from "./controls";
import { type Range, skipped } from "./cover";
import type { LessonData } from "./data";
import { type Docked, type Point } from "./docked";
import { Kept } from "./kept";
import { docked } from "./lines";
import { Media } from "./media";
import { coverBox, notices } from "./notices";
import { answered, questionCard } from "./question-card";
import { Reporter } from "./reporter";

const STEP = 10;
const KEYS: Readonly<Record<string, Act>> = {
  " ": "play",
  k: "play",
  j: "back",
  l: "forward",
  ArrowLeft: "back",
  ArrowRight: "forward",
  m: "mute",
  c: "captions",
  p: "pip",
  f: "full",
};

export class Lesson extends Part {
  static override properties = { ask: { state: true }, trouble: { state: true } };

  /** Another page is playing: she decides which. */
  declare ask: boolean;
  declare trouble: boolean;
  readonly #data = pageData<LessonData>("lesson-data");
  readonly #media = new Media(
    this.#data,
    () => this.#moved(),
    () => this.#reporter?.report(),
    () => void this.#docked?.due(this.#media.time, true),
  );
  readonly #docked: Docked = docked(this.#data, () => this.#redrawn());
  readonly #reporter: Reporter = new Reporter(
    this.#data,
    this.#media.recorder,
    new Kept(),
    () => this.#media.time * 10,
    () => this.#heard(),
  );
  /** What is being caught up on, and where she was before. */
  #catching: { readonly parts: readonly Range[]; readonly back: number } | null = null;
  /** Whose question is shown. */
  #shown: Point | undefined;
  /** She has chosen a place herself. */
  #chosen = false;

  constructor() {
    super();
    this.ask = false;
    this.trouble = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  #act(act: Act): void {
    const media = this.#media;
    switch (act) {
      case "play":
        return media.playing ? media.pause() : void this.#play(false);
      case "back":
        return this.#seek(media.time - STEP);
      case "forward":
        return this.#seek(media.time + STEP);
      case "mute":
        return media.setMuted(!media.element.muted);
      case "sound":
        return media.setSoundOnly(!media.soundOnly);
      case "captions":
        return media.setCaptions(!media.captions);
      case "pip":
        return void this.#pip();
      case "full":
        return void this.#full();
    }
  }

  async #play(takeOver: boolean): Promise<void> {
    if (!this.#data.preview && !this.#reporter.isOpen) {
      const found = await this.#reporter.open(takeOver);
      this.ask = found === "elsewhere";
      this.trouble = found === "trouble" || found === "refused";
      if (found !== "open") return;
      // another device may have gone on meanwhile
      this.#docked.learn(this.#reporter.points);
      const there = this.#reporter.position / 10;
      if (!this.#chosen && Math.abs(there - this.#media.time) > 1) this.#media.seek(there);
    }
    if (this.#docked.card || this.#docked.due(this.#media.time, false)) return;
    await this.#media.play();
  }

  /** Away from a question, and on. */
  #leave(to: number): void {
    if (Math.abs(to - this.#media.time) > 1) this.#seek(to);
    void this.#play(false);
  }

  #redrawn(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const { card } = this.#docked;
      if (card?.point !== this.#shown) this.querySelector<HTMLElement>("#ls-q")?.focus();
      this.#shown = card?.point;
    });
  }

  #seek(to: number): void {
    this.#chosen = true;
    this.#catching = null;
    this.#media.seek(to);
  }

  #catchUp(): void {
    const parts = skipped(this.#reporter.seen);
    const first = parts[0];
    if (!first) return;
    this.#chosen = true;
    this.#catching = { parts, back: this.#media.time };
    this.#media.seek(first[0] / 10);
    void this.#play(false);
  }

  /** While catching up: from the end of one part to the next, and back at last. */
  #moved(): void {
    if (this.#docked?.moved(this.#media.time, this.#media.playing)) this.#media.pause();
    const now = this.#catching;
    const part = now?.parts[0];
    if (now && part && !this.#media.element.seeking && this.#media.time * 10 >= part[1] + 1) {
      const parts = now.parts.slice(1);
      this.#catching = parts.length > 0 ? { ...now, parts } : null;
      const next = parts[0] ? parts[0][0] / 10 : now.back;
      // who was before it goes on from here
      if (next * 10 > part[1]) this.#media.seek(next);
    }
    this.requestUpdate();
  }

  #heard(): void {
    if (this.#reporter.lost && this.#media.playing) {
      this.#media.pause();
      this.#chosen = false;
      this.ask = true;
    }
    if (!this.#reporter.cut) this.trouble = false;
    this.requestUpdate();
  }

  async #full(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.querySelector(".player")?.requestFullscreen?.();
  }

  async #pip(): Promise<void> {
    const { element } = this.#media;
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else if (element instanceof HTMLVideoElement) {
      await element.requestPictureInPicture?.().catch(() => undefined);
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, select, textarea, a, summary")) return;
    if (event.key === " " && target.closest("button")) return;
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    this.#act(act);
  }

  protected override willUpdate(): void {
    const media = this.#media;
    this.dataset["state"] = media.waiting ? "waiting" : media.playing ? "playing" : "paused";
    this.dataset["waiting"] = String(this.#reporter.waiting.length > 0);
  }

  protected override updated(): void {
    const home = this.querySelector(".ls-fig");
    if (home && this.#media.element.parentElement !== home) home.prepend(this.#media.element);
  }

  protected override render(): TemplateResult {
    const [media, reporter] = [this.#media, this.#reporter];
    return html`<div class=${this.#docked.card ? "ls-two" : "ls-one"}><div class="player stage-ui" role="region" aria-label=${t("lesson.label")}>
        <div class="ls-view">
          <div class="ls-fig ${media.isSound ? "sound" : ""}" @click=${this.#tap}></div>
          ${media.isSound ? this.#heardOnly() : nothing}
          ${media.waiting ? html`<p class="rp-wait" role="status"><span class="spin" aria-hidden="true"></span>${t("replay.waiting")}</p>` : nothing}
          ${this.ask ? this.#elsewhere() : nothing}
          ${media.failed ? html`<div class="ls-over" role="alert"><p class="song">${t("lesson.failed")}</p></div>` : nothing}
        </div>
        ${controls({
          media,
          counted: reporter.watched,
          waiting: reporter.waiting,
          captions: this.#data.captions.length > 0,
          video: this.#data.kind === "video",
          fastest: this.#data.fastest,
          act: (act) => this.#act(act),
          seek: (to) => this.#seek(to),
        })}
      </div>
      ${questionCard(this.#docked, (to) => this.#leave(to))}</div>
      ${answered(this.#docked, () => this.#askNext())}
      ${notices({ cut: reporter.cut || this.trouble, fast: media.element.playbackRate > this.#data.fastest })}
      ${
        this.#data.preview
          ? nothing
          : coverBox({
              data: this.#data,
              reporter,
              catching: this.#catching !== null,
              words: (part) => this.#whatFollows(part),
              catchUp: () => this.#catchUp(),
            })
      }`;
  }

  /** In place of the picture: what it is, and what is said. */
  #heardOnly(): TemplateResult {
    return html`<div class="ls-sound">${icon("ear", "l")}<p class="song">${this.#data.title}</p>
      ${this.#media.words.map((line) => html`<p class="said">${line}</p>`)}</div>`;
  }

  #askNext(): void {
    const next = this.#docked.open[0];
    if (!next) return;
    this.#media.pause();
    this.#docked.ask(next);
  }

  #whatFollows([start, end]: Range): string {
    const a = clockOf(start / 10);
    if (this.#media.time * 10 <= end) return t("lesson.catch_on", { a });
    return t("lesson.catch_hint", { a, b: clockOf(this.#media.time) });
  }

  #elsewhere(): TemplateResult {
    return html`<div class="ls-over" role="alertdialog" aria-labelledby="ls-else">
      <p class="song" id="ls-else">${t("lesson.elsewhere")}</p>
      <p>${t("lesson.elsewhere_hint")}</p>
      <button class="btn pri" type="button" data-take-over @click=${() => void this.#play(true)}>
        ${t("lesson.continue_here")}
      </button>
    </div>`;
  }

  readonly #tap = (): void => this.#act("play");
}

customElements.define("lc-lesson", Lesson);
