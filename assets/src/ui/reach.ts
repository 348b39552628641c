/**
 * Says how many people a form reaches while somebody fills it in. The form names the address to ask
 * (`data-reach`); the answer is a sentence for its `[data-reached]`. Only the newest question counts:
 * an older one on its way is given up.
 */
const PAUSE = 400;

export function countReached(form: HTMLFormElement): void {
  const place = form.querySelector<HTMLElement>("[data-reached]");
  const note = place?.closest<HTMLElement>("[role=status]");
  const address = form.dataset["reach"];
  if (!place || !note || !address) return;
  let timer = 0;
  let asking = new AbortController();

  const ask = async (): Promise<void> => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(address, { method: "POST", body: new FormData(form), signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const { text } = (await answer.json()) as { text: string };
      if (signal.aborted) return;
      note.hidden = false;
      if (place.textContent !== text) place.textContent = text;
    } catch {
      if (!signal.aborted) note.hidden = true; // the button still counts
    }
  };

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
}
