/** A document, page by page; a page counts once it was in view for a while. */
import { html, nothing, type TemplateResult } from "lit";
import type { PDFDocumentProxy, RenderTask } from "pdfjs-dist";

import { t } from "../i18n";
import { pageData } from "../page";
import { icon, line, Part } from "../ui/part";
import { skipped } from "./cover";
import type { LessonData } from "./data";
import { Dwell } from "./dwell";
import { Kept } from "./kept";
import { coverBox, notices } from "./notices";
import { Reporter } from "./reporter";

type PdfModule = typeof import("pdfjs-dist");

/** Pixels of a drawn page's longer side; more no screen shows. */
const MOST_PIXELS = 3_000;
const TICK = 500;

export class Reader extends Part {
  static override properties = { ask: { state: true }, failed: { state: true } };

  declare ask: boolean;
  declare failed: boolean;
  readonly #data = pageData<LessonData>("lesson-data");
  readonly #dwell = new Dwell();
  readonly #reporter = new Reporter(
    this.#data,
    this.#dwell,
    new Kept(),
    () => this.#page - 1,
    () => this.#heard(),
  );
  #pdf: PDFDocumentProxy | null = null;
  #page = Math.min(this.#data.position + 1, this.#data.length);
  #text = "";
  #drawing: RenderTask | null = null;
  #counts = false;

  constructor() {
    super();
    this.ask = false;
    this.failed = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", (event) => this.#key(event));
    setInterval(() => this.#tick(), TICK);
    void this.#load();
  }

  async #load(): Promise<void> {
    const { file, pdf, pdfWorker, pdfMaps, pdfFonts } = this.#data.urls;
    try {
      const { getDocument, GlobalWorkerOptions } = (await import(pdf)) as PdfModule;
      GlobalWorkerOptions.workerSrc = pdfWorker;
      const task = getDocument({
        url: file,
        cMapUrl: pdfMaps,
        cMapPacked: true,
        standardFontDataUrl: pdfFonts,
        rangeChunkSize: 1 << 18,
        disableAutoFetch: true,
        isEvalSupported: false,
      });
      this.#pdf = await task.promise;
    } catch {
      this.failed = true;
      return;
    }
    if (!this.#data.preview) await this.#open(false);
    await this.#go(this.#page);
  }

  async #open(takeOver: boolean): Promise<void> {
    const found = await this.#reporter.open(takeOver);
    this.ask = found === "elsewhere";
    this.#counts = found === "open";
    if (this.#counts) this.#dwell.show(this.#page, performance.now());
  }

  async #go(page: number): Promise<void> {
    const pdf = this.#pdf;
    if (!pdf) return;
    this.#page = Math.min(Math.max(page, 1), this.#data.length);
    if (this.#counts) this.#dwell.show(this.#page, performance.now());
    this.requestUpdate();
    await this.updateComplete;
    const canvas = this.querySelector("canvas");
    const found = await pdf.getPage(this.#page);
    if (!canvas || found.pageNumber !== this.#page) return;
    const plain = found.getViewport({ scale: 1 });
    const wide = (canvas.parentElement?.clientWidth ?? 800) * Math.min(devicePixelRatio, 2);
    const most = MOST_PIXELS / Math.max(plain.width, plain.height);
    const viewport = found.getViewport({ scale: Math.min(wide / plain.width, most) });
    this.#drawing?.cancel();
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    this.#drawing = found.render({ canvas, viewport });
    await this.#drawing.promise.catch(() => undefined);
    const { items } = await found.getTextContent();
    this.#text = items.map((one) => ("str" in one ? one.str : "")).join(" ");
    this.dataset["page"] = String(this.#page);
    this.requestUpdate();
  }

  #tick(): void {
    if (!this.#counts) return;
    this.#dwell.tick(performance.now(), document.visibilityState === "visible");
    this.#reporter.report();
  }

  #heard(): void {
    if (this.#reporter.lost && this.#counts) {
      this.#counts = false;
      this.ask = true;
    }
    this.requestUpdate();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as HTMLElement).closest("input, select, textarea, summary")) return;
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    void this.#go(this.#page + step);
  }

  protected override render(): TemplateResult {
    const { data, reporter } = { data: this.#data, reporter: this.#reporter };
    const place = t("lesson.page_of", { a: this.#page, b: data.length });
    return html`<div class="ls-doc" role="region" aria-label=${t("lesson.label")}>
        ${this.failed ? html`<p role="alert">${t("lesson.failed")}</p>` : nothing}
        <div class="ls-page"><canvas role="img" aria-label=${place}></canvas></div>
        <p class="vh" data-text>${this.#text}</p>
        ${this.ask ? this.#elsewhere() : nothing}
        <div class="bar ls-turn">
          <button class="btn" type="button" ?disabled=${this.#page <= 1} @click=${() => void this.#go(this.#page - 1)}>
            ${icon("left", "s")}${t("lesson.page_before")}
          </button>
          <span class="num" aria-live="polite">${place}</span>
          <button class="btn" type="button" data-next ?disabled=${this.#page >= data.length} @click=${() => void this.#go(this.#page + 1)}>
            ${t("lesson.page_next")}${icon("right", "s")}
          </button>
        </div>
        ${line(data.length, reporter.seen.map(([start, end]) => ({ kind: "c", start, length: end - start })), place)}
      </div>
      ${notices({ cut: reporter.cut, fast: false })}
      ${
        data.preview
          ? nothing
          : coverBox({
              data,
              reporter,
              catching: false,
              words: (part) => t("lesson.read_hint", { n: part[0] + 1 }),
              catchUp: () => void this.#go((skipped(reporter.seen, 1)[0]?.[0] ?? 0) + 1),
            })
      }`;
  }

  #elsewhere(): TemplateResult {
    return html`<div class="note" role="alertdialog" aria-labelledby="ls-else">
      <p id="ls-else">${t("lesson.elsewhere")}</p>
      <button class="btn pri" type="button" data-take-over @click=${() => void this.#open(true)}>
        ${t("lesson.continue_here")}
      </button>
    </div>`;
  }
}

customElements.define("lc-lesson", Reader);
