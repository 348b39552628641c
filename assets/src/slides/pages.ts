/** The pages of one deck, drawn by pdf.js, which is loaded when the first page is wanted. */
import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from "pdfjs-dist";

type PdfModule = typeof import("pdfjs-dist");

export interface PdfUrls {
  readonly pdf: string;
  readonly pdfWorker: string;
  readonly pdfMaps: string;
  readonly pdfFonts: string;
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

export class Pages {
  #document: Promise<PDFDocumentProxy> | null = null;
  #reach = 0;

  /** `file` with `?to=` says how many pages are wanted at least. */
  constructor(
    private readonly urls: PdfUrls,
    private readonly file: string,
  ) {}

  /** Page `page` (from 1); `reach`: the last one that may be fetched. Throws when it cannot be. */
  async page(page: number, reach: number): Promise<PDFPageProxy> {
    if (reach > this.#reach || !this.#document) {
      this.#reach = reach;
      const before = this.#document;
      this.#document = this.#open(reach);
      void before?.then((old) => old.loadingTask.destroy()).catch(() => undefined);
    }
    const open = this.#document;
    try {
      return await (await open).getPage(page);
    } catch (reason) {
      if (this.#document === open) this.#document = null;
      throw reason;
    }
  }

  close(): void {
    void this.#document?.then((found) => found.loadingTask.destroy()).catch(() => undefined);
    this.#document = null;
  }

  async #open(reach: number): Promise<PDFDocumentProxy> {
    const { getDocument } = await loaded(this.urls);
    return getDocument({
      url: `${this.file}?to=${reach}`,
      cMapUrl: this.urls.pdfMaps,
      cMapPacked: true,
      standardFontDataUrl: this.urls.pdfFonts,
      rangeChunkSize: 1 << 16,
      disableAutoFetch: true,
      isEvalSupported: false,
    }).promise;
  }
}

/** Draws `page` as large as fits `wide` × `tall` pixels; resolves with the task, done or not. */
export function draw(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  wide: number,
  tall: number,
): RenderTask {
  const plain = page.getViewport({ scale: 1 });
  const most = MOST_PIXELS / Math.max(plain.width, plain.height);
  const scale = Math.min(wide / plain.width, tall / plain.height, most);
  const viewport = page.getViewport({ scale });
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  return page.render({ canvas, viewport });
}

/** The words of a page, for readers of the screen. */
export async function words(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  return items.map((one) => ("str" in one ? one.str : "")).join(" ").slice(0, 4_000);
}
