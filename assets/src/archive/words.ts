/** The words of the archive: in a file of their own, which only a page that opens it loads. */
import { language } from "../i18n";
import { enArchive } from "../words/en-archive";
import { zhArchive } from "../words/zh-archive";

/** The sentence `key` with `{n}` replaced. */
export function w(key: keyof typeof zhArchive, n = 0): string {
  const book: Readonly<Record<keyof typeof zhArchive, string>> =
    language() === "en" ? enArchive : zhArchive;
  return book[key].replace("{n}", String(n));
}
