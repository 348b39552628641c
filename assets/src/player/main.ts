/** Entry of the page of a lesson. */
import { pageData } from "../page";
import type { LessonData } from "./data";

const { kind } = pageData<LessonData>("lesson-data");
if (kind === "document") void import("./reader");
else void import("./app");
