/** Chinese: lobby and lock. */
export const zhAdmission = {
  "report.about": "举报{name}",
  "report.act": "举报",
  "report.done": "已告知讲师和助教",
  "report.hidden": "讲师和助教会看到被举报的内容和您的说明，看不到是谁举报的",
  "report.reason": "原因（可不填）",
  "report.send": "发给讲师和助教",
  "say.reports": "{n} 条举报待处理",
  "say.waiting": "{n} 人在等候进入课堂",
};
