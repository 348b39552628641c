/** Adds the words of host and assistants to the book of the page; imported before what speaks them. */
import { language } from "../i18n";
import { enStaff } from "../words/en-staff";
import { zhStaff } from "../words/zh-staff";

const book = globalThis.liveclassWords;
const words = language() === "en" ? enStaff : zhStaff;
if (book) globalThis.liveclassWords = { ...book, words: { ...book.words, ...words } };
