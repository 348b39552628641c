/** English: the pages of courses (learning, authoring, exams); rooms do not carry it. */
import { enAuthoring } from "./en-authoring";
import { enLesson } from "./en-lesson";
import { enQuiz } from "./en-quiz";

export const enCourses = { ...enAuthoring, ...enLesson, ...enQuiz };
