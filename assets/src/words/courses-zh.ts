/** Script that adds the words of courses to the Chinese book, before the program of such a page. */
import { zhCourses } from "./zh-courses";

const book = globalThis.liveclassWords;
if (book) globalThis.liveclassWords = { ...book, words: { ...book.words, ...zhCourses } };
