/** Buttons that copy the text of an input: `<span hidden><button data-copy="id of the input">`. */

const SHOWN_MS = 2500;

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
