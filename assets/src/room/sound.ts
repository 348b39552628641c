/** The one element sound comes from. Started by the touch on Join, so that browsers allow it. */
export class Sound {
  /** The browser wants a touch before it plays. */
  blocked = false;
  #media: MediaStream | null = null;
  readonly #element = new Audio();

  constructor(private readonly changed: () => void) {
    this.#element.autoplay = true;
    this.#element.dataset["sound"] = "";
  }

  /** Puts the element into the page, where tests and browsers can find it. */
  mount(into: HTMLElement): void {
    if (this.#element.parentElement !== into) into.append(this.#element);
  }

  /** Called inside a touch or a key press. */
  unlock(): void {
    this.#element.srcObject = this.#media ?? new MediaStream();
    void this.#play();
  }

  play(media: MediaStream | null): void {
    if (media === this.#media) return;
    this.#media = media;
    this.#element.srcObject = media;
    if (media) void this.#play();
  }

  async #play(): Promise<void> {
    try {
      await this.#element.play();
      this.#set(false);
    } catch (reason) {
      // AbortError: a newer stream took its place. Only a refusal needs a touch.
      if (reason instanceof Error && reason.name === "NotAllowedError") this.#set(true);
    }
  }

  /** Any touch or key will do; the banner's button is only the one that says so. */
  readonly #touched = (): void => this.unlock();

  #set(blocked: boolean): void {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    for (const kind of ["pointerup", "keydown"]) {
      if (blocked) document.addEventListener(kind, this.#touched);
      else document.removeEventListener(kind, this.#touched);
    }
    this.changed();
  }
}
