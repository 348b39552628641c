/** Reads a paper's form: answers by place, nothing where nothing was answered. */
import type { Answer, Answers } from "./saver";

export function answersOf(form: HTMLFormElement): Answers {
  const found: Record<number, Answer> = {};
  for (const box of form.querySelectorAll<HTMLElement>("[data-place]")) {
    const answer = answerOf(box);
    if (answer !== null) found[Number(box.dataset["place"])] = answer;
  }
  return found;
}

export function answerOf(box: HTMLElement): Answer | null {
  const checked = [...box.querySelectorAll<HTMLInputElement>("input:checked")].map((input) =>
    Number(input.value),
  );
  switch (box.dataset["kind"]) {
    case "single":
    case "true_false":
      return checked[0] ?? null;
    case "multiple":
      return checked.length ? checked : null;
    case "ordering": {
      const places = [...box.querySelectorAll("select")].map((one) =>
        one.value === "" ? -1 : Number(one.value),
      );
      return places.some((one) => one >= 0) ? places : null;
    }
    default: {
      const text = box.querySelector<HTMLInputElement>("input")?.value ?? "";
      return text.trim() ? text : null;
    }
  }
}
