/** The words that a page would have loaded: Chinese, until a test asks for the other language. */
import type { Language } from "../src/page";
import { en } from "../src/words/en";
import { zh } from "../src/words/zh";

export function speak(language: Language): void {
  globalThis.liveclassWords = { language, words: language === "en" ? en : zh };
}

speak("zh-Hans");
