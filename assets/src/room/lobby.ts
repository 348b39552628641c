/** For host and assistants: who waits to be let in, the lobby, the lock, and a word to those who wait. */
import { html, nothing, type TemplateResult } from "lit";

import { type Key, t } from "../i18n";
import { type FloorMode, type LayoutMode, LOBBY_CHARS, type LobbyMode, type Person, type RoomState } from "../protocol.gen";
import { icon, nameOf, Part, seal, unitOf } from "../ui/part";

/** What the lobby asks the server; the room gives it an id. */
export type DoorAct =
  | { readonly type: "lobby.set"; readonly lobby: LobbyMode }
  | { readonly type: "lobby.say"; readonly text: string }
  | { readonly type: "lobby.admit"; readonly member: number | null }
  | { readonly type: "report.settle"; readonly report: number }
  | { readonly type: "stage.spotlight"; readonly member: number | null }
  | { readonly type: "stage.arrange"; readonly layout: LayoutMode }
  | { readonly type: "floor.rule"; readonly floor: FloorMode }
  | { readonly type: "chat.rule"; readonly slow: number }
  | { readonly type: "chat.rule"; readonly closed: boolean }
  | { readonly type: "chat.mute"; readonly member: number; readonly on: boolean }
  | { readonly type: "room.lock"; readonly on: boolean };

const MODES: readonly (readonly [LobbyMode, Key])[] = [
  ["off", "lobby.off"],
  ["audience", "lobby.audience"],
  ["others", "lobby.others"],
];

export class LobbyDesk extends Part {
  static override properties = { room: { attribute: false } };
  declare room: RoomState;

  protected override render(): TemplateResult | typeof nothing {
    const { admission, phase } = this.room;
    if (!admission || phase === "ended") return nothing;
    return html`<section class="lobby-desk" aria-label=${t("lobby.title")}>
      ${admission.total > 0 ? this.#queue() : nothing}
      <details>
        <summary>
          ${icon(admission.locked ? "lock" : "people", "s")}
          ${t("lobby.title")}
          ${admission.locked ? html`<span class="chip bad">${t("lobby.locked")}</span>` : nothing}
          ${admission.lobby === "off" ? nothing : html`<span class="chip acc">${t("lobby.on")}</span>`}
        </summary>
        <div class="flow-s">
          <label class="switch">
            <input
              type="checkbox"
              role="switch"
              data-lock
              .checked=${admission.locked}
              @change=${(event: Event) =>
                this.#act({ type: "room.lock", on: (event.target as HTMLInputElement).checked })}
            />
            ${t("lobby.lock")}
          </label>
          <p class="hint">${t("lobby.lock_hint")}</p>
          <fieldset class="field">
            <legend>${t("lobby.who")}</legend>
            ${MODES.map(([mode, key]) => this.#mode(mode, key))}
          </fieldset>
          ${this.#message()}
        </div>
      </details>
    </section>`;
  }

  #queue(): TemplateResult {
    const { waiting, total } = this.room.admission!;
    return html`<div class="bar">
        <h3 class="people-out">${t("lobby.waiting", { n: total })}</h3>
        <button class="btn pri push" type="button" data-admit-all
          @click=${() => this.#act({ type: "lobby.admit", member: null })}>
          ${t("lobby.admit_all")}
        </button>
      </div>
      <ul class="rows people">
        ${waiting.map(({ person }) => this.#waiting(person))}
      </ul>
      ${
        total > waiting.length
          ? html`<p class="hint">${t("lobby.more", { n: total - waiting.length })}</p>`
          : nothing
      }`;
  }

  #waiting(person: Person): TemplateResult {
    const name = nameOf(person);
    const sendAway = t("people.remove", { name });
    return html`<li data-waiting=${person.id}>
      ${seal(person, "")}
      <span>${name}<small>${unitOf(person)}</small></span>
      <button class="btn" type="button" data-admit aria-label=${t("lobby.admit_name", { name })}
        @click=${() => this.#act({ type: "lobby.admit", member: person.id })}>
        ${t("lobby.admit")}
      </button>
      <button class="ibtn" type="button" title=${sendAway} aria-label=${sendAway}
        @click=${() =>
          this.dispatchEvent(new CustomEvent<Person>("remove", { bubbles: true, detail: person }))}>
        ${icon("out")}
      </button>
    </li>`;
  }

  #mode(mode: LobbyMode, key: Key): TemplateResult {
    return html`<label class="opt">
      <input
        type="radio"
        name="lobby"
        value=${mode}
        .checked=${this.room.admission?.lobby === mode}
        @change=${() => this.#act({ type: "lobby.set", lobby: mode })}
      />
      ${t(key)}
    </label>`;
  }

  #message(): TemplateResult {
    return html`<form class="field" @submit=${(event: SubmitEvent) => this.#say(event)}>
      <label for="lobby-message">${t("lobby.message")}</label>
      <input class="input" id="lobby-message" name="text" maxlength=${LOBBY_CHARS} autocomplete="off"
        .value=${this.room.admission?.message ?? ""} />
      <button class="btn" type="submit">${t("lobby.say")}</button>
    </form>`;
  }

  #say(event: SubmitEvent): void {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get("text") ?? "");
    this.#act({ type: "lobby.say", text });
  }

  #act(act: DoorAct): void {
    this.dispatchEvent(new CustomEvent<DoorAct>("door", { bubbles: true, detail: act }));
  }
}

customElements.define("lc-lobby", LobbyDesk);
