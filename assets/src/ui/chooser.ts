/**
 * A long list to choose several things from gets a field to search it. What is chosen is never
 * hidden: nobody sends what she does not see. Short lists stay as they are.
 */
const LONG = 8;

/** As people type it: full-width forms, capitals and spaces do not matter. */
export function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

export function searchable(list: HTMLElement): void {
  const find = list.querySelector<HTMLElement>(".search-in");
  const field = find?.querySelector("input");
  const told = find?.querySelector<HTMLElement>("[data-words]");
  const rows = [...list.querySelectorAll<HTMLElement>("label.opt")].map((label) => ({
    place: label.closest("li") ?? label,
    box: label.querySelector("input"),
    words: plain(label.textContent ?? ""),
  }));
  if (!find || !field || !told || rows.length <= LONG) return;
  const words = told.dataset["words"] ?? "";

  const show = (): void => {
    const wanted = plain(field.value);
    let shown = 0;
    for (const row of rows) {
      const fits = !wanted || row.words.includes(wanted);
      row.place.hidden = !fits && !row.box?.checked;
      if (fits) shown += 1;
    }
    told.textContent = wanted
      ? words.replace("{n}", String(shown)).replace("{all}", String(rows.length))
      : "";
  };

  find.hidden = false;
  field.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no answer of the form
    show();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it sends no form
  });
}
