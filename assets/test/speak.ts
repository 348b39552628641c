/** The words that a page would have loaded: Chinese, until a test asks for the other language. */
import type { Language } from "../src/page";
import { en } from "../src/words/en";
import { enCourses } from "../src/words/en-courses";
import { zh } from "../src/words/zh";
import { zhCourses } from "../src/words/zh-courses";

export function speak(language: Language): void {
  globalThis.liveclassWords = { language, words: language === "en" ? { ...en, ...enCourses } : { ...zh, ...zhCourses } };
}

speak("zh-Hans");
