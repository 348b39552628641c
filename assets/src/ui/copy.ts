/** Buttons that copy the text of an input: `<span hidden><button data-copy="id of the input">`. */

const SHOWN_MS = 2500;

/**
 * Whether `text` is on the clipboard now. Where the clipboard is not to be had (no HTTPS) the
 * browser's older way is tried, inside of an open dialog: what is outside cannot be selected.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "vh";
    const before = document.activeElement;
    (document.querySelector("dialog[open]") ?? document.body).append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}

/** The clipboard needs HTTPS or this machine; elsewhere the browser's older way is tried. */
async function copy(input: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch {
    input.select();
    return document.execCommand("copy");
  }
}

async function press(button: HTMLButtonElement, input: HTMLInputElement): Promise<void> {
  const label = button.querySelector("span");
  if (!label || button.dataset["busy"]) return;
  button.dataset["busy"] = "1";
  const before = label.textContent;
  const done = await copy(input).catch(() => false);
  label.textContent = button.dataset[done ? "copied" : "failed"] ?? before;
  setTimeout(() => {
    label.textContent = before;
    delete button.dataset["busy"];
  }, SHOWN_MS);
}

/** Shows the buttons of the page, which without a script stay hidden, and makes them work. */
export function copyButtons(page: ParentNode): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const input = document.getElementById(button.dataset["copy"] ?? "");
    if (!(input instanceof HTMLInputElement)) continue;
    button.closest("[hidden]")?.removeAttribute("hidden");
    button.addEventListener("click", () => void press(button, input));
  }
}
