/** Writing an article: the text as it will look, above the plain field that the form sends. */
import { type Key, t } from "../i18n";

interface Tool {
  readonly word: Key;
  readonly command: string;
  readonly value?: string;
}

const TOOLS: readonly Tool[] = [
  { word: "edit.paragraph", command: "formatBlock", value: "p" },
  { word: "edit.heading", command: "formatBlock", value: "h2" },
  { word: "edit.quote", command: "formatBlock", value: "blockquote" },
  { word: "edit.bold", command: "bold" },
  { word: "edit.italic", command: "italic" },
  { word: "edit.bullets", command: "insertUnorderedList" },
  { word: "edit.numbers", command: "insertOrderedList" },
  { word: "edit.undo", command: "undo" },
];

/** Put the editor in the place of `field`; what is typed goes into it with every change. */
export function editor(field: HTMLTextAreaElement): void {
  const box = document.createElement("div");
  box.className = "c-editor";
  const page = document.createElement("div");
  page.className = "c-article";
  page.contentEditable = "true";
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  page.setAttribute("aria-label", t("edit.text"));
  // The server has cleaned it; scripts in it would not run here anyway (innerHTML, strict CSP).
  page.innerHTML = field.value;
  box.append(toolbar(page), page);
  field.before(box);
  field.hidden = true;
  const keep = (): void => {
    field.value = page.textContent?.trim() ? page.innerHTML : "";
  };
  page.addEventListener("input", keep);
  document.execCommand("defaultParagraphSeparator", false, "p");
  field.form?.addEventListener("submit", keep);
}

function toolbar(page: HTMLElement): HTMLElement {
  const bar = document.createElement("div");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", t("edit.tools"));
  for (const tool of TOOLS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = t(tool.word);
    // the selection in the text stays where it is
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      page.focus();
      document.execCommand(tool.command, false, tool.value);
    });
    bar.append(button);
  }
  return bar;
}
