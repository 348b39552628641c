/** 中文：课程的页面——学习、制作、考试；直播间不带。 */
import { zhAuthoring } from "./zh-authoring";
import { zhLesson } from "./zh-lesson";
import { zhQuiz } from "./zh-quiz";

export const zhCourses = { ...zhAuthoring, ...zhLesson, ...zhQuiz };
