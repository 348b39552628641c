/** English: quizzes. */
import type { zhQuiz } from "./zh-quiz";

export const enQuiz: Readonly<Record<keyof typeof zhQuiz, string>> = {
  "quiz.left": "{t} left",
  "quiz.over": "Time is over, submitting…",
  "quiz.saved": "Answers saved automatically",
  "quiz.saving": "Saving…",
  "quiz.soon": "{n} min left",
  "quiz.waiting": "Not saved yet: no connection, trying again",
};
