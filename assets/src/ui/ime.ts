/** Enter that chooses among the words of an input method is no Enter that sends. */

/** 229: what every browser reports for keys that an input method takes for itself. */
const TAKEN = 229;

/** For a form's `keydown`: Safari ends composing before it tells of the key, hence the number. */
export function heedInputMethod(event: KeyboardEvent): void {
  if (event.key !== "Enter") return;
  if (event.isComposing || event.keyCode === TAKEN) event.preventDefault();
}
