/** Entry of the page of a lesson. */
import { setLanguage } from "../i18n";
import { pageData } from "../page";
import type { LessonData } from "./data";

const { lang, kind } = pageData<LessonData>("lesson-data");
setLanguage(lang);
// After the language is known: an element draws itself as soon as it is defined.
if (kind === "document") void import("./reader");
else void import("./app");
