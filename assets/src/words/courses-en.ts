/** Script that adds the words of courses to the English book, before the program of such a page. */
import { enCourses } from "./en-courses";

const book = globalThis.liveclassWords;
if (book) globalThis.liveclassWords = { ...book, words: { ...book.words, ...enCourses } };
