/** The replay: picture, sound, and what was said, on one time. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { pageData } from "../page";
import type { RoomState } from "../protocol.gen";
import { icon, Part } from "../ui/part";
import { Again } from "./again";
import { chatThen, timelineList } from "./aside";
import { type Act, bar } from "./bar";
import { Log, type ReplayData, type Told } from "./data";
import { Player } from "./player";
import { minutesOf, missed, nextMissed, type Stretch } from "./missed";
import { Projector } from "./projector";
import { Presence } from "./presence";
import { chapters, clockOf, extent, type Moment, moments, Playback, stretches } from "./timeline";

const ASK_EVERY = 5_000;
const STEP = 10;
const KEYS: Readonly<Record<string, Act>> = {
  " ": "play",
  k: "play",
  j: "back",
  l: "forward",
  ArrowLeft: "back",
  ArrowRight: "forward",
  m: "mute",
  f: "full",
};

export class Replay extends Part {
  static override properties = {
    tab: { state: true },
    follow: { state: true },
    trouble: { state: true },
    onlyMissed: { state: true },
  };

  declare tab: "events" | "chat";
  /** The lists move with the time. */
  declare follow: boolean;
  /** The server did not answer. */
  declare trouble: boolean;
  /** It jumps over what the reader has seen already. */
  declare onlyMissed: boolean;
  readonly #data = pageData<ReplayData>("replay-data");
  readonly #log = new Log(this.#data.urls.events);
  readonly #playback = new Playback();
  readonly #player = new Player(this.#data.urls.files, this.#data.urls.hls, () => this.#moved());
  readonly #presence = new Presence(this.#data, () => this.requestUpdate());
  readonly #projector = new Projector(this.#data.urls, () => this.requestUpdate());
  readonly #again = new Again(this.#data, this.#player, this);
  #told: readonly Told[] | null = null;
  #moments: readonly Moment[] = [];
  #missed: readonly Stretch[] = [];
  #scrolledTo = "";

  constructor() {
    super();
    this.tab = "events";
    this.follow = true;
    this.trouble = false;
    this.onlyMissed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", (event) => this.#key(event));
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      await this.#log.load();
      this.trouble = false;
      this.#measure();
      this.#player.take(this.#log.latest?.pieces ?? [], this.#log.latest?.bounds ?? null);
    } catch {
      this.trouble = true;
    }
    this.requestUpdate();
    if (this.trouble || this.#log.growing) setTimeout(() => void this.#load(), ASK_EVERY);
  }

  /** What was missed; the class's own clock begins `started` seconds after the recording. */
  #measure(): void {
    const { pieces = [], bounds = null, started = null } = this.#log.latest ?? {};
    const seen = this.#data.covered.map(([a, b]): Stretch => [a + (started ?? 0), b + (started ?? 0)]);
    this.#missed = started === null ? [] : missed(stretches(pieces), seen, extent(pieces, bounds));
  }

  #moved(): void {
    this.#skip();
    this.#again?.look();
    this.#presence?.look(this.#player, this.#log.latest?.started ?? null);
    this.requestUpdate();
  }

  /** Over what was seen already, and to a stop behind what was missed last. */
  #skip(): void {
    const player = this.#player;
    if (!this.onlyMissed || !player?.playing) return;
    const next = nextMissed(this.#missed, player.time);
    if (next === null) {
      this.onlyMissed = false;
      player.pause();
    } else if (next > player.time + 0.3) this.#seek(next);
  }

  #watchMissed(): void {
    this.onlyMissed = !this.onlyMissed;
    const first = this.#missed[0];
    if (!this.onlyMissed || !first) return;
    this.#seek(nextMissed(this.#missed, this.#player.time) ?? first[0]);
    this.#player.play();
  }

  /** One button; nothing for who has seen nothing, or everything. */
  #missedBar(): TemplateResult | typeof nothing {
    if (this.#data.covered.length === 0 || this.#missed.length === 0) return nothing;
    return html`<p class="bar rp-note">
      <button class="btn" type="button" data-missed aria-pressed=${this.onlyMissed} @click=${() => this.#watchMissed()}>
        ${icon("fwd", "s")}${t("replay.only_missed")}
      </button>
      <span>${t("replay.missed", { n: minutesOf(this.#missed) })}</span>
    </p>`;
  }

  #seek(to: number): void {
    this.#presence.jump();
    this.#player.seek(to);
    this.#again.jump();
  }

  // ---- what the person does

  #act(act: Act): void {
    const player = this.#player;
    switch (act) {
      case "play":
        return player.playing ? player.pause() : player.play();
      case "back":
        return this.#seek(player.time - STEP);
      case "forward":
        return this.#seek(player.time + STEP);
      case "newest":
        return this.#seek(player.end - 3);
      case "mute":
        return player.setMuted(!player.muted);
      case "audio":
        return player.setAudioOnly(!player.audioOnly);
      case "full":
        return void this.#full();
    }
  }

  async #full(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.querySelector(".player")?.requestFullscreen?.();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    // Buttons know their keys, the time line its arrows.
    if (target.closest("input, select, textarea, a, summary, [role=log]")) return;
    if (event.key === " " && target.closest("button")) return;
    if (event.key.startsWith("Arrow") && target.closest("[role=tab]")) return;
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    this.#act(act);
  }

  // ---- what is seen

  protected override willUpdate(): void {
    if (this.#told !== this.#log.told) {
      this.#told = this.#log.told;
      const bounds = this.#log.latest?.bounds;
      this.#again.take(this.#told, bounds ?? null);
      this.#moments = moments(this.#told).filter(
        ({ t }) => !bounds || (bounds.start <= t && t <= bounds.end),
      );
    }
    this.dataset["state"] = this.#player.waiting
      ? "waiting"
      : this.#player.playing
        ? "playing"
        : "paused";
  }

  protected override updated(): void {
    for (const [name, lane] of this.#player.lanes) {
      const home = this.querySelector(`[data-lane="${name}"]`);
      if (home && lane.element.parentElement !== home) home.append(lane.element);
    }
    if (this.follow) this.#scroll();
  }

  /** Bring the newest line, or the place in the list, into its box; never move the page. */
  #scroll(): void {
    const box = this.querySelector<HTMLElement>(this.tab === "chat" ? ".rp-chat" : ".rp-events");
    const line = this.querySelector<HTMLElement>(
      this.tab === "chat" ? ".rp-chat .msg:last-child" : "[data-now]",
    );
    if (!box || !line) return;
    const key = `${this.tab} ${line.previousElementSibling?.textContent} ${line.dataset["line"]}`;
    if (key === this.#scrolledTo) return;
    this.#scrolledTo = key;
    const middle = this.tab === "chat" ? box.clientHeight : box.clientHeight / 2;
    box.scrollTop = line.offsetTop - box.offsetTop - middle + line.offsetHeight + 16;
  }

  protected override render(): TemplateResult {
    const { latest, growing } = this.#log;
    if (!latest) return html`<p class="bar" role="status">${t(this.trouble ? "replay.trouble" : "replay.loading")}</p>`;
    if (latest.pieces.length === 0) return this.#nothingYet(growing);
    const player = this.#player;
    const state = this.#playback.at(this.#log.told, player.time);
    return html`${latest.phase === "live" ? this.#live() : nothing}
      ${this.trouble ? html`<p class="bar rp-note" role="status">${icon("wifi-off", "s")}${t("replay.trouble")}</p>` : nothing}
      ${this.#presence.notice(player)} ${this.#missedBar()}
      <div class="learn">
        <div class="flow">
          <div class="player stage-ui" role="region" aria-label=${t("replay.label")}>
            ${this.#view(state)}
            ${bar({
              player,
              chapters: chapters(this.#moments),
              growing: latest.phase === "live",
              act: (act) => this.#act(act),
              seek: (to) => this.#seek(to),
            })}
          </div>
          ${this.#again.card(state)}
        </div>
        ${this.#aside(state)}
      </div>`;
  }

  #nothingYet(growing: boolean): TemplateResult {
    const live = this.#log.latest?.phase === "live";
    return html`${live ? this.#live() : nothing}
      <div class="empty" role="status">
        <h2>${t(growing && live ? "replay.not_yet" : "replay.none")}</h2>
        <p>${t(growing && live ? "replay.not_yet_hint" : "replay.none_hint")}</p>
      </div>`;
  }

  #live(): TemplateResult {
    return html`<div class="bar rp-live" role="status">
      <span class="chip live">${t("room.live")}</span>
      <span>${t("replay.live_hint")}</span>
      <a class="btn" href=${this.#data.urls.room}>${t("replay.to_live")}</a>
    </div>`;
  }

  #view(state: RoomState): TemplateResult {
    const player = this.#player;
    const [screen, camera] = [player.shows("screen"), player.shows("camera")];
    const slides = !screen && state.slides !== null;
    const main = screen ? "screen" : slides ? "slides" : "camera";
    const place = (name: "screen" | "camera", shown: boolean): string =>
      shown ? (name === main ? "main" : "tile") : "off";
    return html`<div class="rp-view" data-main=${main} @click=${this.#tap}>
      ${(["screen", "camera"] as const).map(
        (name) => html`<figure
          class="rp-fig ${place(name, name === "screen" ? screen : camera)}"
          data-lane="${name}-video"
          aria-label=${t(name === "screen" ? "replay.screen" : "replay.camera")}
        ></figure>`,
      )}
      ${slides ? this.#projector.show(state.slides) : nothing}
      ${screen || camera || slides ? nothing : this.#placeholder(state)}
      ${player.waiting ? html`<p class="rp-wait" role="status"><span class="spin" aria-hidden="true"></span>${t("replay.waiting")}</p>` : nothing}
      <lc-captions .lines=${state.captions.map((one) => ({ ...one, at: one.at - (this.#log.latest?.began ?? 0) }))} .now=${Math.floor(player.time)}></lc-captions>
      <p class="rp-words">${this.#words(screen, camera, state)}</p>
      <div hidden data-lane="camera-audio"></div>
    </div>`;
  }

  readonly #tap = (event: Event): void => {
    if ((event.target as HTMLElement).closest(".rp-fig.main")) this.#act("play");
  };

  /** What was going on while there was no picture. */
  #placeholder(state: RoomState): TemplateResult {
    const next = this.#player.nextAfterGap;
    return html`<div class="rp-none">
      ${icon(next === null ? "ear" : "pause", "l")}
      <p class="song">${t(this.#reason(next, state))}</p>
      ${
        next === null
          ? nothing
          : html`<button class="btn on-stage" type="button" data-skip @click=${() => this.#seek(next)}>
              ${t("replay.skip", { time: clockOf(next) })}
            </button>`
      }
    </div>`;
  }

  #reason(next: number | null, state: RoomState): Key {
    if (this.#player.audioOnly && next === null) return "replay.only_sound";
    if (next === null) return "replay.camera_off";
    if (state.recording === "disk_full") return "replay.disk_full";
    return state.recording === "paused" ? "replay.was_paused" : "replay.nothing_sent";
  }

  #words(screen: boolean, camera: boolean, state: RoomState): string {
    const answering = state.questions.find((one) => one.phase === "answering");
    if (answering) return `${t("replay.question")}${t("sep.colon")}${answering.text}`;
    if ((screen || state.slides) && !camera) return t("replay.camera_off");
    return t("replay.no_captions");
  }

  #aside(state: RoomState): TemplateResult {
    const tab = (name: "events" | "chat", words: Key): TemplateResult => html`<button
      role="tab"
      type="button"
      id="tab-${name}"
      aria-controls="rp-panel"
      aria-selected=${this.tab === name}
      tabindex=${this.tab === name ? 0 : -1}
      @click=${() => (this.tab = name)}
      @keydown=${(event: KeyboardEvent) => this.#otherTab(event)}
    >
      ${t(words)}
    </button>`;
    return html`<aside class="rp-side" aria-label=${t("replay.side")}>
      <div class="bar">
        <div class="tabs" role="tablist" aria-label=${t("replay.side")}>
          ${tab("events", "replay.events")}${tab("chat", "replay.chat")}
        </div>
        <label class="opt push tl-f">
          <input
            type="checkbox"
            .checked=${this.follow}
            @change=${(event: Event) => {
              this.follow = (event.target as HTMLInputElement).checked;
              this.#scrolledTo = "";
            }}
          />
          ${t("replay.follow")}
        </label>
      </div>
      <div
        id="rp-panel"
        role="tabpanel"
        aria-labelledby="tab-${this.tab}"
        class=${this.tab === "events" ? "rp-events" : ""}
      >
        ${
          this.tab === "events"
            ? timelineList(this.#moments, this.#player.time, (to) => this.#seek(to))
            : chatThen(state)
        }
      </div>
    </aside>`;
  }

  #otherTab(event: KeyboardEvent): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    this.tab = this.tab === "events" ? "chat" : "events";
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus(),
    );
  }
}

customElements.define("lc-replay", Replay);
