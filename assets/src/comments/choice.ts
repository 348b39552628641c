/** The switch of comments. A plain element: a library for one switch would outweigh all of it. */
import { language } from "../i18n";
import { enComments } from "../words/en-comments";
import { zhComments } from "../words/zh-comments";
import { chooseComments, commentsOn, mustBeStill, whenChosen } from "./wish";

export class Choice extends HTMLElement {
  readonly #box = document.createElement("input");
  readonly #words = document.createElement("span");
  #forget: () => void = () => undefined;

  connectedCallback(): void {
    const box = this.#box;
    box.type = "checkbox";
    box.setAttribute("role", "switch");
    box.id = "comments";
    box.onchange = () => chooseComments(box.checked);
    const label = document.createElement("label");
    label.className = "switch";
    label.append(box, this.#words);
    this.replaceChildren(label);
    this.#forget = whenChosen(() => this.#draw());
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#forget();
  }

  #draw(): void {
    const words = language() === "en" ? enComments : zhComments;
    this.#box.checked = commentsOn();
    this.#box.disabled = mustBeStill();
    this.#words.textContent = mustBeStill() ? words.still : words.on;
  }
}
