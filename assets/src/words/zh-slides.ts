/** 中文：课件。 */
export const zhSlides = {
  "key.pages": "翻页（PageUp、PageDown 亦可）",
  "key.slides": "选择课件",
  "slides.before": "上一页",
  "slides.clear": "清除本页标注",
  "slides.download": "下载课件",
  "slides.failed": "这一页暂时无法显示。",
  "slides.hide": "停止放映",
  "slides.label": "课件",
  "slides.loading": "正在加载课件…",
  "slides.next": "下一页",
  "slides.not_sent": "课件未能上传，请检查网络后再试。",
  "slides.page_of": "第 {a} / {b} 页",
  "slides.permit": "允许成员提前翻看并下载",
  "slides.show": "放映",
  "slides.to_live": "回到直播（第 {n} 页）",
  "slides.undo": "撤销一笔",
};
