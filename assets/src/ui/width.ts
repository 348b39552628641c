/** How much room there is: an element that asks is drawn anew when the answer changes. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Stage and desk lie beneath each other: the tray of polls is a tab of its own. */
export const NARROW = "(max-width: 1100px)";
/** A phone: there is room for the poll or for the tabs. */
export const PHONE = "(max-width: 720px)";

export class Width implements ReactiveController {
  readonly #query: MediaQueryList;
  readonly #changed = (): void => this.host.requestUpdate();

  constructor(
    private readonly host: ReactiveControllerHost,
    query: string,
  ) {
    this.#query = matchMedia(query);
    host.addController(this);
  }

  get matches(): boolean {
    return this.#query.matches;
  }

  hostConnected(): void {
    this.#query.addEventListener("change", this.#changed);
  }

  hostDisconnected(): void {
    this.#query.removeEventListener("change", this.#changed);
  }
}
