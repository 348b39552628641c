/** English: slides. */
import type { zhSlides } from "./zh-slides";

export const enSlides: Readonly<Record<keyof typeof zhSlides, string>> = {
  "key.pages": "Turn pages (also PageUp, PageDown)",
  "key.slides": "Choose slides",
  "slides.before": "Previous",
  "slides.clear": "Clear this page",
  "slides.download": "Download slides",
  "slides.failed": "This page cannot be shown at the moment.",
  "slides.hide": "Stop showing",
  "slides.label": "Slides",
  "slides.loading": "Loading the slides…",
  "slides.next": "Next",
  "slides.not_sent": "The slides could not be sent. Please check the connection and try again.",
  "slides.page_of": "Page {a} of {b}",
  "slides.permit": "Let members look ahead and download",
  "slides.show": "Show",
  "slides.to_live": "Return to live (page {n})",
  "slides.undo": "Undo one line",
};
