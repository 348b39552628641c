/** How a class arrives: who sends, counts by grade, and the people at whom it arrives worst. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { Announcer } from "../ui/announce";
import { icon, Part } from "../ui/part";
import {
  type Grade,
  type Published,
  rateOf,
  type Report,
  type Track,
  type Watching,
  worthSaying,
} from "./rates";

const EVERY = 4_000;
/** Least time between two sentences to a reader of the screen (ms). */
const SAY_EVERY = 30_000;

const GRADES: readonly Grade[] = ["good", "fair", "poor"];
const NAMES: Readonly<Record<Grade, Key>> = {
  good: "arrive.good",
  fair: "arrive.fair",
  poor: "arrive.poor",
};
const LOOKS: Readonly<Record<Grade, readonly [string, string]>> = {
  good: ["ok", "check"],
  fair: ["due", "half"],
  poor: ["bad", "alert"],
};

export class Reception extends Part {
  static override properties = {
    url: { type: String },
    now: { state: true },
    away: { state: true },
    paused: { state: true },
  };

  declare url: string;
  declare now: Report | null;
  /** The last question had no answer. */
  declare away: "" | "media" | "refused";
  declare paused: boolean;
  #before: Report | null = null;
  #said: Report | null = null;
  #saidAt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #voice = new Announcer(
    () => this.querySelector("[data-says]"),
    () => null,
  );

  constructor() {
    super();
    this.now = null;
    this.away = "";
    this.paused = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#look);
  }

  protected override firstUpdated(): void {
    void this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#look);
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** Nobody looks: nothing is asked. */
  readonly #look = (): void => {
    if (this.#timer) clearTimeout(this.#timer);
    if (document.visibilityState === "visible") void this.#ask();
  };

  async #ask(): Promise<void> {
    if (!this.paused) await this.#read();
    if (this.away === "refused" || !this.isConnected) return;
    if (this.#timer) clearTimeout(this.#timer);
    if (document.visibilityState === "visible") {
      this.#timer = setTimeout(() => void this.#ask(), EVERY);
    }
  }

  async #read(): Promise<void> {
    try {
      const answer = await fetch(this.url);
      if (answer.status === 401 || answer.status === 403) this.away = "refused";
      if (!answer.ok) throw new Error(String(answer.status));
      this.#before = this.now;
      this.now = (await answer.json()) as Report;
      this.away = "";
      this.#speak(this.now);
    } catch {
      this.away ||= "media";
    }
  }

  #speak(now: Report): void {
    this.#said ??= now;
    if (!worthSaying(this.#said, now) || Date.now() - this.#saidAt < SAY_EVERY) return;
    this.#said = now;
    this.#saidAt = Date.now();
    this.#voice.say(t("arrive.say", { n: now.counts.poor, m: now.total }));
  }

  protected override render(): TemplateResult {
    return html`${this.#state()} ${this.now ? this.#report(this.now) : nothing}
      <p class="vh" role="status" aria-live="polite" data-says></p>`;
  }

  #state(): TemplateResult {
    const word = this.away === "refused" ? "arrive.refused" : "arrive.away";
    return html`<div class="bar arr-bar">
      ${
        this.away
          ? html`<p class="err-text" role="alert">${icon("alert")}${t(word)}</p>`
          : html`<p class="hint">${t(this.now ? "arrive.every" : "obs.loading")}</p>`
      }
      <button
        class="btn quiet"
        type="button"
        aria-pressed=${this.paused}
        @click=${() => (this.paused = !this.paused)}
      >
        ${icon(this.paused ? "play" : "pause", "s")}${t(this.paused ? "arrive.go_on" : "arrive.pause")}
      </button>
    </div>`;
  }

  #report(now: Report): TemplateResult {
    return html`<section class="sec" aria-labelledby="arr-sent">
        <header><h2 id="arr-sent">${t("arrive.sent")}</h2><p>${t("arrive.sent_hint")}</p></header>
        <div class="flow">
          ${
            now.publishers.length > 0
              ? now.publishers.map((one) => this.#published(now, one))
              : html`<p class="hint">${t("arrive.nobody_sends")}</p>`
          }
        </div>
      </section>
      <section class="sec" aria-labelledby="arr-seen">
        <header><h2 id="arr-seen">${t("arrive.seen")}</h2><p>${t("arrive.seen_hint")}</p></header>
        <div class="flow">
          <dl class="sum-nums arr-counts">
            ${GRADES.map(
              (grade) => html`<div data-grade=${grade}>
                <dt>${icon(LOOKS[grade][1], "s")}${t(NAMES[grade])}</dt>
                <dd>${now.counts[grade]}</dd>
              </div>`,
            )}
          </dl>
          ${now.viewers.length > 0 ? this.#viewers(now) : html`<p class="hint">${t("arrive.nobody_sees")}</p>`}
        </div>
      </section>`;
  }

  #published(now: Report, one: Published): TemplateResult {
    const what = t(one.stream === "screen" ? "stage.screen" : "arrive.camera");
    return html`<section class="card arr-sent" data-stream=${one.stream}>
      <h3>${one.name} · ${what}</h3>
      <p class="hint">
        ${t("arrive.since", { n: Math.round(one.seconds / 60) })} ·
        ${t("arrive.watching", { n: one.watching })}
      </p>
      ${one.tracks.map((track, index) => this.#track(now, one, track, index))}
    </section>`;
  }

  #track(now: Report, one: Published, track: Track, index: number): TemplateResult {
    const rate = rateOf(this.#before, now, one, index);
    const video = track.kind === "video";
    const fact = (word: Key, value: string): TemplateResult =>
      html`<div><dt>${t(word)}</dt><dd class="num">${value}</dd></div>`;
    return html`<dl class="arr-facts" data-kind=${track.kind}>
      ${fact("arrive.kind", `${t(video ? "arrive.video" : "arrive.audio")} · ${track.codec}`)}
      ${fact("arrive.bitrate", rate ? `${Math.round(rate.kbps)} kbps` : "–")}
      ${fact("arrive.loss", rate ? `${rate.lossPercent.toFixed(1)}%` : "–")}
      ${fact("arrive.jitter", `${Math.round(track.jitter_ms)} ms`)}
      ${video ? fact("arrive.size", track.width ? `${track.width}×${track.height}` : "–") : nothing}
      ${video ? fact("arrive.fps", track.fps ? track.fps.toFixed(0) : "–") : nothing}
      ${video ? fact("arrive.keyframes", String(track.keyframes)) : nothing}
      ${fact("arrive.given_up", String(track.given_up))}
    </dl>`;
  }

  #viewers(now: Report): TemplateResult {
    return html`${
        now.viewers.length < now.total
          ? html`<p class="hint">${t("arrive.worst", { n: now.viewers.length, m: now.total })}</p>`
          : nothing
      }
      <div class="table-box" tabindex="0" role="region" aria-label=${t("arrive.table")}>
        <table class="arr-table">
          <thead>
            <tr>
              <th scope="col">${t("arrive.who")}</th>
              <th scope="col">${t("arrive.grade")}</th>
              <th scope="col" class="r">${t("arrive.loss")}</th>
              <th scope="col" class="r">${t("arrive.rtt")}</th>
              <th scope="col" class="r">${t("arrive.bitrate")}</th>
              <th scope="col" class="r">${t("arrive.repaired")}</th>
              <th scope="col" class="r">${t("arrive.for")}</th>
              <th scope="col">${t("arrive.way")}</th>
            </tr>
          </thead>
          <tbody>
            ${now.viewers.map((one) => this.#viewer(one))}
          </tbody>
        </table>
      </div>`;
  }

  #viewer(one: Watching): TemplateResult {
    const [look, glyph] = LOOKS[one.grade];
    const way = one.relay === null ? "arrive.unknown" : one.relay ? "arrive.relay" : "arrive.direct";
    return html`<tr data-viewer=${one.id}>
      <th scope="row">${one.name}<small>${one.unit}</small></th>
      <td><span class="chip ${look}">${icon(glyph)}${t(NAMES[one.grade])}</span></td>
      <td class="num r" data-label=${t("arrive.loss")}>${(one.loss * 100).toFixed(1)}%</td>
      <td class="num r" data-label=${t("arrive.rtt")}>${one.rtt_ms === null ? "–" : `${Math.round(one.rtt_ms)} ms`}</td>
      <td class="num r" data-label=${t("arrive.bitrate")}>${Math.round(one.bitrate / 1000)} kbps</td>
      <td class="num r" data-label=${t("arrive.repaired")}>${one.repaired}</td>
      <td class="num r" data-label=${t("arrive.for")}>${t("arrive.minutes", { n: Math.round(one.seconds / 60) })}</td>
      <td data-label=${t("arrive.way")}>${t(way)}</td>
    </tr>`;
  }
}

customElements.define("lc-reception", Reception);
