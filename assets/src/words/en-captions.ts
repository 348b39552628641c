/** English: captions. */
import type { zhCaptions } from "./zh-captions";

export const enCaptions: Readonly<Record<keyof typeof zhCaptions, string>> = {
  "caption.captions": "Captions",
  "caption.desk": "Write captions",
  "caption.done": "Stop writing captions",
  "caption.recall": "Take back",
  "key.captions": "Show or hide captions",
};
