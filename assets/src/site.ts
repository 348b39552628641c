/**
 * Small comforts of every page. Nothing needs them: without this file each control still works as
 * the form or the link it is.
 */
import { searchable } from "./ui/chooser";
import { copyButtons } from "./ui/copy";
import { countReached } from "./ui/reach";

const menus = "details.menu";

/** Escape and a press elsewhere close an open menu; Escape gives the focus back to its button. */
function closeMenus(keep: Node | null, focus: boolean): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(`${menus}[open]`)) {
    if (keep && menu.contains(keep)) continue;
    menu.open = false;
    if (focus) menu.querySelector("summary")?.focus();
  }
}

document.addEventListener("pointerdown", (event) => {
  closeMenus(event.target instanceof Node ? event.target : null, false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null, true);
});

/** A form that was sent shows that it is on its way, and is not sent twice. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.dataset["sent"] === "1") {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

/** Coming back with the browser's own button finds the forms ready again. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset["sent"];
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

copyButtons(document);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-reach]")) countReached(form);
for (const list of document.querySelectorAll<HTMLElement>("[data-chooser]")) searchable(list);
