/** Four things proved one by one: microphone, speaker, camera, network. Then the way in. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import type { CaptureProblem } from "../media/capture";
import { gradeOf } from "../media/quality";
import { socketUrl, streamUrl } from "../page";
import { TicketOffice } from "../room/tickets";
import { icon, Part } from "../ui/part";
import "./meter";
import { probe, type ProbeResult } from "./probe";
import { data, rig } from "./shared";

const PROBLEMS: Readonly<Record<CaptureProblem, Key>> = {
  denied: "device.denied",
  missing: "device.missing",
  busy: "device.busy",
  insecure: "device.insecure",
};

type Network =
  { readonly phase: "idle" | "running" } | { readonly phase: "done"; readonly result: ProbeResult };

export class Check extends Part {
  static override properties = { network: { state: true }, chime: { state: true } };

  declare network: Network;
  declare chime: "before" | "playing" | "after";
  readonly #host = data.me.role === "host";
  readonly #tickets = new TicketOffice({ url: data.urls.ticket, csrf: data.csrf });
  readonly #changed = (): void => this.requestUpdate();

  constructor() {
    super();
    this.network = { phase: "idle" };
    this.chime = "before";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    rig.addEventListener("change", this.#changed);
    addEventListener("pagehide", () => rig.close());
    void this.#begin();
  }

  /** The lecturer came to be checked; an assistant is not asked for devices she may not need. */
  async #begin(): Promise<void> {
    if (this.#host) await rig.open();
    await this.#test();
  }

  protected override render(): TemplateResult {
    return html`<ul class="rows">
        ${this.#mic()} ${this.#speaker()} ${this.#camera()} ${this.#net()}
      </ul>
      ${this.#enter()}`;
  }

  #row(glyph: string, title: string, hint: unknown, end: unknown, name: string): TemplateResult {
    return html`<li class="dev" data-check=${name}>
      <span class="glyph" aria-hidden="true">${icon(glyph)}</span>
      <div>
        <h3>${title}</h3>
        ${hint}
      </div>
      ${end}
    </li>`;
  }

  #mic(): TemplateResult {
    const problem = rig.audioProblem;
    const hint = problem
      ? html`<p class="hint">${t("device.mic")} ${t(PROBLEMS[problem])}</p>`
      : html`<p class="hint">${t("check.mic_hint")}</p>
          ${rig.audio ? html`<lc-meter></lc-meter>` : nothing}`;
    return this.#row(
      "mic",
      t("device.mic"),
      hint,
      this.#deviceChip(rig.audio, problem, rig.heard),
      "mic",
    );
  }

  #camera(): TemplateResult {
    const problem = rig.videoProblem;
    const { width, height } = rig.video?.getSettings() ?? {};
    const words = problem
      ? `${t("device.cam")} ${t(PROBLEMS[problem])}`
      : rig.video
        ? t("check.cam_found", { name: rig.video.label, w: width ?? 0, h: height ?? 0 })
        : t("check.cam_hint");
    return this.#row(
      "cam",
      t("device.cam"),
      html`<p class="hint">${words}</p>`,
      this.#deviceChip(rig.video, problem, true),
      "cam",
    );
  }

  #deviceChip(
    track: MediaStreamTrack | null,
    problem: CaptureProblem | null,
    proved: boolean,
  ): TemplateResult {
    if (problem) return chip("bad", "x", t("check.failed"));
    if (track) {
      return proved ? chip("ok", "check", t("check.ok")) : chip("", "clock", t("check.listening"));
    }
    if (rig.asking) return chip("", "clock", t("check.running"));
    return html`<button class="btn" type="button" @click=${() => void rig.open()}>
      ${t("check.try")}
    </button>`;
  }

  #speaker(): TemplateResult {
    const hint = this.chime === "after" ? "check.speaker_after" : "check.speaker_hint";
    const label = this.chime === "before" ? "check.chime" : "check.chime_again";
    return this.#row(
      "vol",
      t("check.speaker"),
      html`<p class="hint">${t(hint)}</p>`,
      html`<button
        class="btn"
        type="button"
        aria-busy=${this.chime === "playing"}
        @click=${() => void this.#chime()}
      >
        ${icon("play", "s")}${t(label)}
      </button>`,
      "speaker",
    );
  }

  #net(): TemplateResult {
    return this.#row("wifi", t("check.network"), this.#netWords(), this.#netChip(), "network");
  }

  #netWords(): TemplateResult {
    if (this.network.phase !== "done") {
      return html`<p class="hint">${t("check.net_hint")}</p>`;
    }
    const found = this.network.result;
    const lines = [
      found.socketMs === null
        ? t("check.socket_failed")
        : t("check.socket_ok", { ms: Math.round(found.socketMs) }),
      mediaWords(found),
      ...(found.relay === null ? [] : [t(found.relay ? "check.relay_ok" : "check.relay_failed")]),
    ];
    return html`${lines.map((words) => html`<p class="hint">${words}</p>`)}`;
  }

  #netChip(): TemplateResult {
    if (this.network.phase !== "done") return chip("", "clock", t("check.running"));
    const found = this.network.result;
    const works = found.socketMs !== null && found.returned;
    const grade = gradeOf(found.lossPercent, found.roundTrip);
    const again = html`<button class="btn" type="button" @click=${() => void this.#test()}>
      ${t("check.again")}
    </button>`;
    if (!works) return html`<div class="bar">${chip("bad", "x", t("check.failed"))}${again}</div>`;
    return grade === "good"
      ? chip("ok", "check", t("check.ok"))
      : html`<div class="bar">${chip("due", "bang", t("check.weak"))}${again}</div>`;
  }

  #enter(): TemplateResult {
    const room = data.urls.room;
    return html`<div class="enter">
      <a
        class="btn pri big full"
        data-enter
        href=${this.#host ? `${room}?start=1` : `${room}?join=1`}
      >
        ${t(this.#host ? "check.go_live" : "gate.join")}
      </a>
      <div class="bar">
        ${
          this.#host
            ? html`<a class="btn quiet" href=${room}>${t("check.enter_only")}</a>`
            : nothing
        }
        <label class="opt">
          <input
            type="checkbox"
            .checked=${rig.forLong}
            @change=${(event: Event) => rig.keep((event.target as HTMLInputElement).checked)}
          />
          ${t("check.remember")}
        </label>
      </div>
      ${data.recording ? html`<p class="hint ctr">${t("room.recording_notice")}</p>` : nothing}
    </div>`;
  }

  async #chime(): Promise<void> {
    this.chime = "playing";
    await rig.chime();
    this.chime = "after";
  }

  async #test(): Promise<void> {
    this.network = { phase: "running" };
    const { urls, me, lang, mediaProfile } = data;
    const socket = socketUrl(urls.ws, lang, location.href);
    const stream = `probe-${me.id}`;
    const result = await probe({
      socket,
      whip: streamUrl(urls.whip, stream),
      whep: streamUrl(urls.whep, stream),
      token: async () => (await this.#tickets.get()).media.publish ?? "",
      servers: () => this.#tickets.servers,
      profile: mediaProfile ?? "normal",
      audio: rig.audio,
      video: rig.video,
    });
    this.network = { phase: "done", result };
  }
}

function mediaWords(found: ProbeResult): string {
  if (found.refused) return t("check.media_refused", { code: found.refused });
  if (!found.sent) return t("check.media_failed");
  if (!found.returned) return t("check.media_one_way");
  return t("check.media_ok", {
    ms: Math.round(found.roundTrip ?? 0),
    n: found.received,
    loss: found.lossPercent.toFixed(1),
  });
}

function chip(kind: "" | "ok" | "due" | "bad", glyph: string, words: string): TemplateResult {
  return html`<span class="chip ${kind}">${icon(glyph)}${words}</span>`;
}

customElements.define("lc-check", Check);
