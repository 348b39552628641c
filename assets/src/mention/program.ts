/**
 * Names behind an @, as a list below the line that is written (ARIA APG: combobox with a listbox).
 * Loaded when somebody types the first one. Nothing is chosen while an input method composes.
 */
import { language } from "../i18n";
import { MENTIONS_MOST, type Person } from "../protocol.gen";
import { nameOf, sealText, unitOf } from "../ui/part";
import { enChatDesk } from "../words/en-chatdesk";
import { zhChatDesk } from "../words/zh-chatdesk";

const OFFERED = 6;

/** What is typed behind the last @ before `caret`; null when that is no name. */
export function behindAt(text: string, caret: number): string | null {
  return /[@＠]([^\s@＠]{0,20})$/u.exec(text.slice(0, caret))?.[1] ?? null;
}

/** Those whose name begins with or holds what was typed, in either language; beginnings first. */
export function fitting(people: readonly Person[], typed: string): readonly Person[] {
  const wanted = typed.normalize("NFKC").toLowerCase();
  const place = ({ name, latin }: Person): number => {
    const at = [name, latin, latin.replaceAll(" ", "")].map((one) => one.toLowerCase().indexOf(wanted));
    return at.includes(0) ? 0 : at.some((one) => one > 0) ? 1 : 2;
  };
  return people
    .filter((person) => place(person) < 2)
    .sort((a, b) => place(a) - place(b))
    .slice(0, OFFERED);
}

/** Of those who were chosen, whose name still stands in `text`. */
export function meantIn(text: string, chosen: ReadonlyMap<string, number>): readonly number[] {
  const names = [...chosen].filter(([name]) => text.includes(`@${name}`));
  return names.map(([, id]) => id).slice(0, MENTIONS_MOST);
}

export class Offer {
  readonly #chosen = new Map<string, number>();
  readonly #list = document.createElement("ul");
  #shown: readonly Person[] = [];
  #at = 0;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly people: () => readonly Person[],
  ) {
    const words = language() === "en" ? enChatDesk : zhChatDesk;
    const list = this.#list;
    list.id = "mention-list";
    list.className = "mentions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.mentions);
    list.hidden = true;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.after(list);
    input.addEventListener("input", () => this.#offer());
    input.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    input.addEventListener("blur", () => this.#close());
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the focus stays where one writes
      const row = (event.target as Element).closest("li");
      if (row) this.#choose([...list.children].indexOf(row));
    });
    this.#offer();
  }

  meant(text: string): readonly number[] {
    return meantIn(text, this.#chosen);
  }

  #offer(): void {
    const typed = behindAt(this.input.value, this.input.selectionStart ?? 0);
    this.#shown = typed === null ? [] : fitting(this.people(), typed);
    if (this.#shown.length === 0) return this.#close();
    this.#at = 0;
    this.#list.replaceChildren(...this.#shown.map(row));
    this.#list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#mark();
  }

  #mark(): void {
    for (const [at, row] of [...this.#list.children].entries()) {
      row.setAttribute("aria-selected", String(at === this.#at));
      if (at !== this.#at) continue;
      this.input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }
  }

  #key(event: KeyboardEvent): void {
    if (this.#list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#at = (this.#at + step + this.#shown.length) % this.#shown.length;
      this.#mark();
    } else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#at);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(at: number): void {
    const person = this.#shown[at];
    const { input } = this;
    const caret = input.selectionStart ?? input.value.length;
    const typed = behindAt(input.value, caret);
    if (!person || typed === null) return;
    const name = nameOf(person);
    const before = input.value.slice(0, caret - typed.length - 1);
    input.value = `${before}@${name} ${input.value.slice(caret)}`;
    const end = before.length + name.length + 2;
    input.setSelectionRange(end, end);
    this.#chosen.set(name, person.id);
    this.#close();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #close(): void {
    this.#list.hidden = true;
    this.#shown = [];
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function row(person: Person, at: number): HTMLLIElement {
  const made = document.createElement("li");
  made.id = `mention-${at}`;
  made.setAttribute("role", "option");
  const seal = document.createElement("span");
  seal.className = "seal s";
  seal.setAttribute("aria-hidden", "true");
  seal.textContent = sealText(nameOf(person));
  const unit = document.createElement("small");
  unit.textContent = unitOf(person);
  made.append(seal, nameOf(person), unit);
  return made;
}
