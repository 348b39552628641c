/** English: writing courses. */
import type { zhAuthoring } from "./zh-authoring";

export const enAuthoring: Readonly<Record<keyof typeof zhAuthoring, string>> = {
  "edit.bold": "Bold",
  "edit.bullets": "List",
  "edit.heading": "Heading",
  "edit.italic": "Italic",
  "edit.numbers": "Numbered list",
  "edit.paragraph": "Paragraph",
  "edit.quote": "Quotation",
  "edit.text": "Text of the article",
  "edit.tools": "Format of the text",
  "edit.undo": "Undo",
};
