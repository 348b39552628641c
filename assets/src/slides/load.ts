/** Loads what slides need when there are slides; a class without them costs nothing. */
import type { PdfUrls } from "./pages";

type Program = typeof import("./program");

const AGAIN = 2_000;
let found: Promise<Program> | null = null;

/** The program behind slides, with its style sheet; asked for again until it comes. */
export function slideProgram(urls: PdfUrls): Promise<Program> {
  found ??= load(urls);
  return found;
}

async function load(urls: PdfUrls): Promise<Program> {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = urls.slideStyles;
  document.head.append(sheet);
  for (;;) {
    try {
      return (await import(urls.slideProgram)) as Program;
    } catch {
      await new Promise((done) => setTimeout(done, AGAIN)); // the line is cut
    }
  }
}
