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
  "upload.choose": "Choose a file, or drop it here",
  "upload.failed": "The file was not taken. Please try again",
  "upload.hint": "Up to 8 GB. It goes on where it was left, also after the browser was closed: choose the same file again",
  "upload.making": "Being made ready: {percent}%. You may leave this page",
  "upload.making_label": "Being made ready",
  "upload.progress": "Sent",
  "upload.resumed": "Goes on where it was left",
  "upload.sent": "{sent} of {size} MB, {percent}%",
  "upload.stop": "Do not send it",
  "upload.waiting": "Waiting for the line, goes on by itself",
};
