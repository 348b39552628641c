/** Entry of the authors' pages. Without it the order has buttons, and an article is a text field. */
import { draggable } from "./drag";
import { editor } from "./editor";

const outline = document.querySelector<HTMLElement>("[data-outline]");
if (outline) draggable(outline);
const article = document.querySelector<HTMLTextAreaElement>("textarea[data-article]:not(:disabled)");
if (article) editor(article);
