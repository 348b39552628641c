/** English: captions. */
import type { zhCaptions } from "./zh-captions";

export const enCaptions: Readonly<Record<keyof typeof zhCaptions, string>> = {
  "caption.captions": "Captions",
  "caption.desk": "Write captions",
  "caption.done": "Stop writing captions",
  "caption.hear": "Let this browser write along",
  "caption.hear_stop": "Stop writing along",
  "caption.language": "Spoken language",
  "caption.no_microphone": "The browser may not use the microphone. Allow it beside the address",
  "caption.no_service": "The browser's speech recognition cannot be reached. Please type instead",
  "caption.placeholder": "What is being said; Enter shows it to everybody",
  "caption.recall": "Take back",
  "caption.show": "Show",
  "caption.where":
    "The browser sends the microphone's sound to its maker (Chrome: Google, Edge: Microsoft), which turns it into text. LiveClass keeps the text only",
  "caption.write": "Caption",
  "key.captions": "Show or hide captions",
};
