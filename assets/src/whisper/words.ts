/** The words of whispers: in a file of their own, which only a page that whispers loads. */
import { language } from "../i18n";
import { enWhisper } from "../words/en-whisper";
import { zhWhisper } from "../words/zh-whisper";

export type WhisperKey = keyof typeof zhWhisper;

/** The sentence `key` with `{name}` replaced by `values.name`. */
export function w(key: WhisperKey, values: Readonly<Record<string, string | number>> = {}): string {
  const book: Readonly<Record<WhisperKey, string>> = language() === "en" ? enWhisper : zhWhisper;
  return book[key].replace(/\{(\w+)\}/g, (hole, name: string) =>
    name in values ? String(values[name]) : hole,
  );
}
