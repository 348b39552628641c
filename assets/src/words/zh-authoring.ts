/** 中文：编写课程。 */
export const zhAuthoring = {
  "edit.bold": "加粗",
  "edit.bullets": "列表",
  "edit.heading": "小标题",
  "edit.italic": "斜体",
  "edit.numbers": "编号列表",
  "edit.paragraph": "正文",
  "edit.quote": "引用",
  "edit.text": "图文正文",
  "edit.tools": "文字格式",
  "edit.undo": "撤销",
} as const;
