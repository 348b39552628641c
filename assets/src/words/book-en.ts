/** Script that opens the English book, before the program of a page. */
import { en } from "./en";

globalThis.liveclassWords = { language: "en", words: en };
