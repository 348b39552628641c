/** 中文：测验。 */
export const zhQuiz = {
  "quiz.left": "剩余 {t}",
  "quiz.over": "时间到，正在交卷…",
  "quiz.saved": "答案已自动保存",
  "quiz.saving": "正在保存…",
  "quiz.soon": "剩余 {n} 分钟",
  "quiz.waiting": "尚未保存：网络连接失败，正在重试",
};
