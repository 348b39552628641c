/** Script that opens the Chinese book, before the program of a page. */
import { zh } from "./zh";

globalThis.liveclassWords = { language: "zh-Hans", words: zh };
