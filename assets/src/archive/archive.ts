/** The archive: searching the chat, and reading a place of it with its neighbours. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";

import type { ChatLine } from "../protocol.gen";
import { recalledWords } from "../room/recalled";
import type { Wanted } from "../room/history";
import { heedInputMethod } from "../ui/ime";
import { written } from "../ui/links";
import { icon, Part, seal, titledName } from "../ui/part";
import { clockTime } from "../ui/time";
import type { Past } from "./past";
import { marked, Reader } from "./reader";
import { w } from "./words";

const QUERY_CHARS = 100;

export class Archive extends Part {
  static override properties = {
    past: { attribute: false },
    wanted: { attribute: false },
    busy: { state: true },
    failed: { state: true },
  };

  declare past: Past;
  declare wanted: Wanted;
  declare busy: boolean;
  declare failed: boolean;
  #reader!: Reader;
  /** What to do when the last question was not answered. */
  #again: () => Promise<void> = async () => undefined;

  constructor() {
    super();
    this.busy = false;
    this.failed = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#reader.close();
    this.past.shown.delete(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("past")) {
      this.#reader = new Reader(this.past);
      this.past.shown.add(this);
    }
  }

  protected override firstUpdated(): void {
    this.#dialog.showModal();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("wanted")) return;
    if (this.wanted === "search") this.#input?.focus();
    else void this.#go(this.wanted.line);
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector("input");
  }

  protected override render(): TemplateResult {
    const { place, hits } = this.#reader;
    return html`<dialog
      class="dialog ask arch"
      aria-labelledby="arch-h"
      @close=${() => this.remove()}
      @click=${(event: MouseEvent) => {
        if (event.target === event.currentTarget) this.#dialog.close();
      }}
    >
      <div class="arch-in">
        <header class="arch-top">
          <h2 id="arch-h">${w(place ? "place" : "title")}</h2>
          <button
            class="ibtn"
            type="button"
            aria-label=${w("close")}
            title=${w("close")}
            @click=${() => this.#dialog.close()}
          >
            ${icon("x")}
          </button>
          ${this.#form()}
          ${
            place && hits
              ? html`<button class="btn quiet" type="button" data-back @click=${() => this.#back()}>
                  ${icon("left", "s")}${w("back")}
                </button>`
              : nothing
          }
        </header>
        ${this.#told()} ${place ? this.#place() : this.#results()}
        ${this.past.staff && !place ? this.#files() : nothing}
      </div>
    </dialog>`;
  }

  #form(): TemplateResult {
    return html`<form
      class="bar arch-find"
      role="search"
      @keydown=${heedInputMethod}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#search();
      }}
    >
      <input
        class="input"
        type="search"
        name="q"
        required
        autocomplete="off"
        enterkeyhint="search"
        maxlength=${QUERY_CHARS}
        aria-label=${w("words")}
        placeholder=${w("words")}
      />
      <button class="btn pri" type="submit">${w("find")}</button>
    </form>`;
  }

  /** One line for everybody, read aloud too. */
  #told(): TemplateResult {
    const { hits, place } = this.#reader;
    let words = "";
    if (this.busy) words = w("searching");
    else if (hits && !place) {
      const n = hits.lines.length;
      words = n === 0 ? w("none") : w(hits.before ? "found_more" : "found", n);
    }
    return html`<p class="hint" role="status">${words}</p>
      ${
        this.failed
          ? html`<p class="bar" role="alert">
              ${w("failed")}
              <button class="btn" type="button" @click=${() => void this.#do(this.#again)}>
                ${w("find")}
              </button>
            </p>`
          : nothing
      }`;
  }

  #results(): TemplateResult {
    const { hits } = this.#reader;
    return html`${
        hits && hits.lines.length > 0
          ? html`<ul class="hits" aria-label=${w("list")}>
              ${hits.lines.filter((line) => !line.recalled).map((line) => this.#hit(line, hits.words))}
            </ul>`
          : nothing
      }
      ${
        hits?.before
          ? html`<button
              class="btn full"
              type="button"
              data-further
              ?disabled=${this.busy}
              @click=${() => void this.#do(() => this.#reader.further())}
            >
              ${w("more")}
            </button>`
          : nothing
      }`;
  }

  /** For host and assistants; each download is in the log of acts. */
  #files(): TemplateResult {
    return html`<footer class="arch-files flow-s">
      <p class="hint">${w("files_hint")}</p>
      <p class="bar">
        ${(["csv", "txt"] as const).map(
          (kind) => html`<a class="btn" download href="${this.past.places.chat}chat.${kind}">
            ${icon("download", "s")}${w(kind)}
          </a>`,
        )}
      </p>
    </footer>`;
  }

  #hit(line: ChatLine, words: string): TemplateResult {
    const parts = marked(line.text, words);
    return html`<li>
      <button class="hit" type="button" data-hit=${line.id} @click=${() => void this.#go(line.id)}>
        <span class="who"><b>${titledName(line.author)}</b><time>${clockTime(line.at)}</time></span>
        <span class="txt">${parts ? html`${parts[0]}<mark>${parts[1]}</mark>${parts[2]}` : line.text}</span>
      </button>
    </li>`;
  }

  #place(): TemplateResult {
    const { place } = this.#reader;
    if (!place) return html``;
    return html`${place.earlier ? this.#on("earlier", () => this.#earlier()) : nothing}
      <ul class="msgs" aria-label=${w("list")}>
        ${place.lines.map((line) => this.#line(line, line.id === place.target))}
      </ul>
      ${place.later ? this.#on("later", () => this.#reader.later()) : nothing}`;
  }

  #on(way: "earlier" | "later", go: () => Promise<void>): TemplateResult {
    return html`<button
      class="btn quiet"
      type="button"
      data-way=${way}
      aria-disabled=${this.busy}
      @click=${() => void this.#do(go)}
    >
      ${w(way)}
    </button>`;
  }

  #line(line: ChatLine, target: boolean): TemplateResult {
    return html`<li
      class="msg ${line.recalled ? "sys" : ""}"
      data-place=${line.id}
      tabindex=${target ? -1 : nothing}
      aria-current=${target ? "true" : nothing}
    >
      ${
        line.recalled
          ? recalledWords(line, this.past.me)
          : html`${seal(line.author)}
              <p class="who"><b>${titledName(line.author)}</b><time>${clockTime(line.at)}</time></p>
              <p class="txt">${written(line.text)}</p>`
      }
    </li>`;
  }

  async #search(): Promise<void> {
    const words = this.#input?.value ?? "";
    if (words.trim()) await this.#do(() => this.#reader.search(words));
  }

  async #go(line: number): Promise<void> {
    await this.#do(() => this.#reader.go(line));
    await this.updateComplete;
    const row = this.querySelector<HTMLElement>("[data-place][aria-current]");
    row?.scrollIntoView({ block: "center" });
    row?.focus({ preventScroll: true });
  }

  /** Back where one was among the results. */
  #back(): void {
    const target = this.#reader.place?.target;
    this.#reader.back();
    this.requestUpdate();
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`[data-hit="${target ?? 0}"]`)?.focus(),
    );
  }

  /** What is read stays where it is when lines come above it. */
  async #earlier(): Promise<void> {
    const row = this.querySelector("[data-place]");
    const top = row?.getBoundingClientRect().top ?? 0;
    await this.#reader.earlier();
    this.requestUpdate();
    await this.updateComplete;
    const same = this.querySelector(`[data-place="${row?.getAttribute("data-place") ?? ""}"]`);
    if (same) this.#dialog.scrollTop += same.getBoundingClientRect().top - top;
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failed = false;
    this.#again = work;
    try {
      await work();
    } catch {
      this.failed = true;
    } finally {
      this.busy = false;
    }
  }
}
