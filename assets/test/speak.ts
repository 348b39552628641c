/** The words that a page would have loaded: Chinese, until a test asks for the other language. */
import type { Language } from "../src/page";
import { en } from "../src/words/en";
import { enCourses } from "../src/words/en-courses";
import { zh } from "../src/words/zh";
import { enStaff } from "../src/words/en-staff";
import { zhCourses } from "../src/words/zh-courses";
import { zhStaff } from "../src/words/zh-staff";

export function speak(language: Language): void {
  globalThis.liveclassWords = { language, words: language === "en" ? { ...en, ...enCourses, ...enStaff } : { ...zh, ...zhCourses, ...zhStaff } };
}

speak("zh-Hans");
