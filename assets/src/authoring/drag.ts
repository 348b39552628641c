/** Lessons are dragged into another order. The buttons beside them do the same without this. */
import { type Part, put, written } from "./order";

/** Make the outline draggable; a drop sends the whole order with the page's own form. */
export function draggable(outline: HTMLElement): void {
  let dragged: HTMLElement | null = null;
  for (const row of outline.querySelectorAll<HTMLElement>("[data-lesson]")) row.draggable = true;
  const clear = (): void => {
    for (const list of outline.querySelectorAll(".is-over")) list.classList.remove("is-over");
  };
  outline.addEventListener("dragstart", (event) => {
    dragged = closest(event.target, "[data-lesson]");
    dragged?.classList.add("is-dragged");
    event.dataTransfer?.setData("text/plain", dragged?.dataset["lesson"] ?? "");
  });
  outline.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    clear();
  });
  outline.addEventListener("dragover", (event) => {
    const section = closest(event.target, "[data-section]");
    if (!dragged || !section) return;
    event.preventDefault();
    clear();
    section.querySelector("[data-lessons]")?.classList.add("is-over");
  });
  outline.addEventListener("drop", (event) => {
    const section = closest(event.target, "[data-section]")?.dataset["section"];
    const lesson = dragged?.dataset["lesson"];
    if (!section || !lesson) return;
    event.preventDefault();
    send(put(parts(outline), lesson, section, before(event)));
  });
}

function closest(target: EventTarget | null, selector: string): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(selector) : null;
}

/** The lesson in front of which it was dropped: the one below the pointer, or the one after it. */
function before(event: DragEvent): string | null {
  const row = closest(event.target, "[data-lesson]");
  if (!row) return null;
  const box = row.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) return row.dataset["lesson"] ?? null;
  const next = row.nextElementSibling;
  return next instanceof HTMLElement ? (next.dataset["lesson"] ?? null) : null;
}

function parts(outline: HTMLElement): Part[] {
  return [...outline.querySelectorAll<HTMLElement>("[data-section]")].map((section) => ({
    section: section.dataset["section"] ?? "",
    lessons: [...section.querySelectorAll<HTMLElement>("[data-lesson]")].map(
      (row) => row.dataset["lesson"] ?? "",
    ),
  }));
}

function send(order: readonly Part[]): void {
  const form = document.querySelector<HTMLFormElement>("form#order");
  const field = form?.querySelector<HTMLInputElement>("input[name=order]");
  if (!form || !field) return;
  field.disabled = false;
  field.value = written(order);
  form.requestSubmit();
}
