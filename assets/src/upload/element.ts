/** Choose a file, see it go, go on after a closed laptop, and wait until it is ready. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { icon, Part } from "../ui/part";
import { Sender, type SenderState, type Unfinished } from "./sender";

const LOOK_EVERY = 2_000;

interface Version {
  readonly version: number;
  readonly state: "waiting" | "processing" | "ready" | "failed";
  readonly progress: number;
}

interface State {
  readonly versions: readonly Version[];
  readonly unfinished: readonly Unfinished[];
}

export class UploadElement extends Part {
  static override properties = {
    endpoint: { type: String },
    state: { type: String },
    accept: { type: String },
    bytes: { type: Number },
    csrf: { type: String },
    now: { state: true },
    making: { state: true },
    over: { state: true },
  };

  declare endpoint: string;
  /** Where the state of all versions is asked for. */
  declare state: string;
  declare accept: string;
  /** Bytes of one part. */
  declare bytes: number;
  declare csrf: string;
  declare now: SenderState;
  /** How far the newest version is from being ready, in percent; null when nothing is made. */
  declare making: number | null;
  /** A file is held over the place to drop it. */
  declare over: boolean;
  #sender: Sender | null = null;

  constructor() {
    super();
    this.now = { phase: "idle" };
    this.making = null;
    this.over = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
    addEventListener("beforeunload", (event) => {
      if (this.now.phase === "sending") event.preventDefault();
    });
  }

  protected override render(): TemplateResult {
    const { now } = this;
    return html`<div
      class="card flow upload ${this.over ? "over" : ""}"
      @dragover=${(event: DragEvent) => this.#hold(event, true)}
      @dragleave=${(event: DragEvent) => this.#hold(event, false)}
      @drop=${(event: DragEvent) => this.#drop(event)}
    >
      ${now.phase === "sending" || now.phase === "paused" ? this.#progress(now) : this.#choose()}
      ${
        now.phase === "refused"
          ? html`<p class="err-text" role="alert">${icon("alert", "s")}<span>${now.message || t("upload.failed")}</span></p>`
          : nothing
      }
      ${this.making === null ? nothing : this.#making(this.making)}
    </div>`;
  }

  #choose(): TemplateResult {
    return html`<div class="field">
      <label for="upload-file">${t("upload.choose")}</label>
      <input
        class="input"
        id="upload-file"
        type="file"
        accept=${this.accept}
        @change=${(event: Event) => this.#send((event.target as HTMLInputElement).files)}
      />
      <p class="hint">${t("upload.hint")}</p>
    </div>`;
  }

  #progress({ name, sent, size, phase, resumed }: Extract<SenderState, { sent: number }>): TemplateResult {
    const percent = Math.floor((sent * 100) / Math.max(1, size));
    return html`<p><b>${name}</b></p>
      <progress max="100" value=${percent} aria-label=${t("upload.progress")}></progress>
      <p class="meta" role="status">
        <span class="num">${t("upload.sent", { sent: mega(sent), size: mega(size), percent })}</span>
        <span>${phase === "paused" ? t("upload.waiting") : resumed ? t("upload.resumed") : ""}</span>
      </p>
      <div class="bar">
        <button class="btn quiet" type="button" @click=${() => this.#sender?.giveUp()}>
          ${t("upload.stop")}
        </button>
      </div>`;
  }

  #making(percent: number): TemplateResult {
    return html`<p role="status" data-making>${t("upload.making", { percent })}</p>
      <progress max="100" value=${percent} aria-label=${t("upload.making_label")}></progress>`;
  }

  #hold(event: DragEvent, over: boolean): void {
    event.preventDefault();
    this.over = over;
  }

  #drop(event: DragEvent): void {
    this.#hold(event, false);
    this.#send(event.dataTransfer?.files ?? null);
  }

  #send(files: FileList | null): void {
    const file = files?.[0];
    if (!file || this.now.phase === "sending") return;
    this.#sender = new Sender({
      endpoint: this.endpoint,
      csrf: this.csrf,
      part: this.bytes,
      unfinished: async () => (await this.#ask())?.unfinished ?? [],
      onChange: (now) => {
        this.now = now;
        if (now.phase === "sent") void this.#look();
      },
    });
    void this.#sender.send(file);
  }

  /** What the server has; null while it cannot be reached. */
  async #ask(): Promise<State | null> {
    try {
      const answer = await fetch(this.state, { credentials: "same-origin" });
      return answer.ok ? ((await answer.json()) as State) : null;
    } catch {
      return null;
    }
  }

  /** Wait for the newest version; then the page shows it. */
  async #look(waited = false): Promise<void> {
    const told = await this.#ask();
    if (told) {
      const newest = told.versions[0];
      const busy = newest?.state === "waiting" || newest?.state === "processing";
      if (!busy && waited) return location.reload();
      this.making = busy ? newest.progress : null;
      if (!busy) return;
    }
    setTimeout(() => void this.#look(true), LOOK_EVERY);
  }
}

function mega(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

customElements.define("lc-upload", UploadElement);
