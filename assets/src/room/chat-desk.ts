/** For host and assistants: the pace of the chat, whose writing is taken away, announcements. */
import { html, nothing, type TemplateResult } from "lit";

import { language, t } from "../i18n";
import type { Person, RoomState } from "../protocol.gen";
import { icon, nameOf, Part, seal } from "../ui/part";
import { enChatDesk } from "../words/en-chatdesk";
import { zhChatDesk } from "../words/zh-chatdesk";
import type { DoorAct } from "./lobby";

const PACES = [0, 5, 10, 30, 60, 300] as const;

function words(): typeof enChatDesk {
  return language() === "en" ? enChatDesk : zhChatDesk;
}

function act(from: HTMLElement, detail: DoorAct): void {
  from.dispatchEvent(new CustomEvent<DoorAct>("door", { bubbles: true, detail }));
}

function muteButton(from: HTMLElement, person: Person, on: boolean): TemplateResult {
  const name = nameOf(person);
  return html`<button
    class="btn quiet"
    type="button"
    data-mute=${on}
    aria-label=${words()[on ? "mute_name" : "unmute_name"].replace("{name}", name)}
    @click=${() => act(from, { type: "chat.mute", member: person.id, on })}
  >
    ${words()[on ? "mute" : "unmute"]}
  </button>`;
}

/** Takes away, or gives back, the writing of who wrote a line. */
export class Mute extends Part {
  static override properties = { room: { attribute: false }, person: { attribute: false } };
  declare room: RoomState;
  declare person: Person;

  protected override render(): TemplateResult {
    const silent = this.room.silent.some((one) => one.id === this.person.id);
    return muteButton(this, this.person, !silent);
  }
}

/** Above the line one writes in. */
export class Announce extends Part {
  protected override render(): TemplateResult {
    return html`<label class="opt announce"><input type="checkbox" /> ${words().announce}</label>`;
  }
}

export class ChatDesk extends Part {
  static override properties = { room: { attribute: false } };
  declare room: RoomState;

  protected override render(): TemplateResult | typeof nothing {
    const { chat_rules, silent, phase } = this.room;
    if (phase === "ended") return nothing;
    const paced = chat_rules.closed || chat_rules.slow > 0;
    return html`<section class="lobby-desk" aria-label=${words().title}>
      <details>
        <summary>
          ${icon(chat_rules.closed ? "lock" : "chat", "s")} ${words().title}
          ${paced ? html`<span class="chip acc">${this.#pace()}</span>` : nothing}
        </summary>
        <div class="flow-s">
          <label class="switch">
            <input
              type="checkbox"
              role="switch"
              data-closed
              .checked=${chat_rules.closed}
              @change=${(event: Event) =>
                act(this, { type: "chat.rule", closed: (event.target as HTMLInputElement).checked })}
            />
            ${words().closed}
          </label>
          <p class="hint">${words().closed_hint}</p>
          <label class="field">
            <span>${words().slow}</span>
            <select
              class="input"
              data-slow
              @change=${(event: Event) =>
                act(this, { type: "chat.rule", slow: Number((event.target as HTMLSelectElement).value) })}
            >
              ${PACES.map(
                (pace) => html`<option value=${pace} ?selected=${pace === chat_rules.slow}>
                  ${each(pace)}
                </option>`,
              )}
            </select>
          </label>
          ${silent.length > 0 ? this.#silent(silent) : nothing}
        </div>
      </details>
    </section>`;
  }

  #pace(): string {
    return this.room.chat_rules.closed ? words().closed : each(this.room.chat_rules.slow);
  }

  #silent(people: readonly Person[]): TemplateResult {
    return html`<h3 class="people-out">${words().muted}</h3>
      <ul class="rows people">
        ${people.map(
          (person) => html`<li>
            ${seal(person, "")}<span>${nameOf(person)}</span>${muteButton(this, person, false)}
          </li>`,
        )}
      </ul>`;
  }
}

/** Shows somebody who speaks large to everybody, or no more. */
export class Light extends Part {
  static override properties = { room: { attribute: false }, person: { attribute: false } };
  declare room: RoomState;
  declare person: Person;

  protected override render(): TemplateResult {
    const on = this.room.spotlight?.id === this.person.id;
    const label = words().light.replace("{name}", nameOf(this.person));
    return html`<button
      class="ibtn"
      type="button"
      data-light
      title=${label}
      aria-label=${label}
      aria-pressed=${on}
      @click=${() => act(this, { type: "stage.spotlight", member: on ? null : this.person.id })}
    >
      ${icon("full", "s")}
    </button>`;
  }
}

const LAYOUTS = ["slides", "camera", "speakers"] as const;
const FLOORS = ["invited", "nobody", "everyone"] as const;

/** What is large for everybody, and who of the members may speak; above the raised hands. */
export class FloorDesk extends Part {
  static override properties = { room: { attribute: false } };
  declare room: RoomState;

  protected override render(): TemplateResult | typeof nothing {
    const { floor, layout, phase } = this.room;
    if (phase === "ended") return nothing;
    return html`<label class="field">
        <span>${t("layout.all")}</span>
        <select
          class="input"
          data-layout
          @change=${(event: Event) => {
            const chosen = LAYOUTS[(event.target as HTMLSelectElement).selectedIndex] ?? layout;
            act(this, { type: "stage.arrange", layout: chosen });
          }}
        >
          ${LAYOUTS.map(
            (one) => html`<option value=${one} ?selected=${one === layout}>${t(`layout.${one}`)}</option>`,
          )}
        </select>
      </label>
      <label class="field">
      <span>${words().floor}</span>
      <select
        class="input"
        data-floor
        @change=${(event: Event) => {
          const chosen = FLOORS[(event.target as HTMLSelectElement).selectedIndex] ?? floor;
          act(this, { type: "floor.rule", floor: chosen });
        }}
      >
        ${FLOORS.map(
          (one) => html`<option value=${one} ?selected=${one === floor}>
            ${words()[`floor_${one}`]}
          </option>`,
        )}
      </select>
    </label>`;
  }
}

function each(pace: number): string {
  return pace === 0 ? words().off : words().each.replace("{n}", String(pace));
}

customElements.define("lc-mute", Mute);
customElements.define("lc-announce", Announce);
customElements.define("lc-light", Light);
customElements.define("lc-floor-desk", FloorDesk);
customElements.define("lc-chat-desk", ChatDesk);
