/** The whole page listens for slides: files that are dropped on it, and keys that turn pages. */
import { typing } from "../room/keys";
import type { Show } from "./show";

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -1,
  PageDown: 1,
};
/** Where these keys mean something else: choices, lists that scroll, rows with one tab stop. */
const OTHERS = "input, #panel, [role=tablist], [role=toolbar], [role=log], .sd-strip, video";

/** `ready`: the class is seen and nothing lies over it. */
export function lectern(show: Show, ready: () => boolean): void {
  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || !show.slides || !ready() || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as HTMLElement;
    if (typing(target) || target.closest(OTHERS)) return;
    event.preventDefault();
    show.step(step);
  });
  if (!show.staff) return;
  const files = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    show.hover(ready());
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) show.hover(false);
  });
  document.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault(); // the browser would leave the class and open the file
    show.hover(false);
    const file = event.dataTransfer?.files[0];
    if (file && ready()) void show.send(file);
  });
}
