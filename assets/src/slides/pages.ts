/** The pages of one deck, drawn by pdf.js, which is loaded when the first page is wanted. */
import type { PDFDocumentProxy, PDFPageProxy, PDFWorker, RenderTask } from "pdfjs-dist";

import { BLOCK, Bytes } from "./bytes";

type PdfModule = typeof import("pdfjs-dist");

export interface PdfUrls {
  readonly pdf: string;
  readonly pdfWorker: string;
  readonly pdfMaps: string;
  readonly pdfFonts: string;
  /** The program behind slides, and its style sheet. */
  readonly slideProgram: string;
  readonly slideStyles: string;
}

/** Pixels of a drawn page's longer side; more no screen shows. */
const MOST_PIXELS = 3_000;
let program: Promise<PdfModule> | null = null;

async function loaded(urls: PdfUrls): Promise<PdfModule> {
  program ??= (import(urls.pdf) as Promise<PdfModule>).then((found) => {
    found.GlobalWorkerOptions.workerSrc = urls.pdfWorker;
    return found;
  });
  program.catch(() => (program = null)); // the line was cut: another page may try again
  return program;
}

/** One program in the background for all documents of this page. */
let worker: PDFWorker | null = null;

export class Pages {
  #document: Promise<PDFDocumentProxy> | null = null;
  #reach = 0;
  readonly #bytes: Bytes;

  constructor(
    private readonly urls: PdfUrls,
    file: string,
  ) {
    this.#bytes = new Bytes(file);
  }

  /** Page `page` (from 1); `reach`: the last one that may be fetched. Throws when it cannot be. */
  async page(page: number, reach: number): Promise<PDFPageProxy> {
    if (reach > this.#reach || !this.#document) {
      const before = this.#document;
      this.#reach = Math.max(reach, this.#reach);
      this.#document = this.#open(this.#reach);
      void before?.then((old) => old.loadingTask.destroy()).catch(() => undefined);
    }
    const open = this.#document;
    try {
      return await (await open).getPage(page);
    } catch (reason) {
      // a newer document may have taken its place
      if (this.#document !== open) return this.page(page, reach);
      this.#document = null;
      throw reason;
    }
  }

  close(): void {
    void this.#document?.then((found) => found.loadingTask.destroy()).catch(() => undefined);
    this.#document = null;
  }

  async #open(reach: number): Promise<PDFDocumentProxy> {
    const [program, grown] = await Promise.all([loaded(this.urls), this.#bytes.grow(reach)]);
    worker ??= new program.PDFWorker();
    const range = new program.PDFDataRangeTransport(grown.size, null);
    const task = program.getDocument({
      range,
      worker,
      cMapUrl: this.urls.pdfMaps,
      cMapPacked: true,
      standardFontDataUrl: this.urls.pdfFonts,
      rangeChunkSize: BLOCK,
      disableAutoFetch: true,
      disableStream: true,
      isEvalSupported: false,
    });
    range.requestDataRange = (begin, end) => {
      this.#bytes.read(grown, begin, end).then(
        (found) => range.onDataRange(begin, found),
        // nobody waits for ever: the page says that it cannot be shown, and tries again when asked
        () => void task.destroy(),
      );
    };
    return task.promise;
  }

  /** Draws `page` as large as fits `wide` × `tall` pixels; the task says when it is done. */
  draw(page: PDFPageProxy, canvas: HTMLCanvasElement, wide: number, tall: number): RenderTask {
    const plain = page.getViewport({ scale: 1 });
    const most = MOST_PIXELS / Math.max(plain.width, plain.height);
    const scale = Math.min(wide / plain.width, tall / plain.height, most);
    const viewport = page.getViewport({ scale });
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    return page.render({ canvas, viewport });
  }

  /** The words of a page, for readers of the screen. */
  async words(page: PDFPageProxy): Promise<string> {
    const { items } = await page.getTextContent();
    return items.map((one) => ("str" in one ? one.str : "")).join(" ").slice(0, 4_000);
  }
}
