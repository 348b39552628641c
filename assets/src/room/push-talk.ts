/** Push to talk: a muted speaker is heard while she holds the space bar, and no moment longer. */
import { shortcutsOn, typing } from "./keys";
import type { Voice } from "./voice";

/** What the space bar presses, opens or ticks by itself. */
const PRESSABLE = "button, a, input, summary, select, label, video, audio, [role=tab], [role=button]";

export class PushTalk {
  #holding = false;

  /** `turn` turns the microphone of `voice` on or off. */
  constructor(
    private readonly voice: () => Voice,
    private readonly turn: () => void,
  ) {}

  down(event: KeyboardEvent): void {
    if (event.key !== " ") return;
    if (this.#holding) return event.preventDefault(); // the page does not scroll meanwhile
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!this.#may(event.target)) return;
    event.preventDefault();
    this.#holding = true;
    this.turn();
  }

  up(event: KeyboardEvent): void {
    if (event.key === " ") this.release();
  }

  /** Also when the page is left while the key is down: its way up is not heard of then. */
  release(): void {
    if (!this.#holding) return;
    this.#holding = false;
    if (this.voice().mic) this.turn();
  }

  #may(target: EventTarget | null): boolean {
    const { on, mic, muted } = this.voice();
    if (!on || mic || muted === "held" || !shortcutsOn() || typing(target)) return false;
    return !(target instanceof Element && target.closest(PRESSABLE));
  }
}
