/** Who is here: counts first, then the names the server sends; who was sent out, for the staff. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { HandState, Person, RoomState } from "../protocol.gen";
import { icon, nameOf, Part, seal, titledName, unitOf } from "../ui/part";
import { waited } from "../ui/time";
import { mayReport, reportButton } from "./report";

export class People extends Part {
  static override properties = { room: { attribute: false } };
  declare room: RoomState;

  protected override render(): TemplateResult {
    const { presence, hands } = this.room;
    // Who was just sent out stays counted for a moment; she is listed below, not twice.
    const out = new Set(this.room.removed.map((person) => person.id));
    const here = presence.people.filter((person) => !out.has(person.id));
    const raised = new Set(hands.map((hand) => hand.person.id));
    if (this.room.phase === "ended") {
      return html`<div class="empty"><h3>${t("people.over")}</h3><p>${t("people.over_hint")}</p></div>`;
    }
    const door = this.room.admission ? html`<lc-reports .room=${this.room}></lc-reports><lc-lobby .room=${this.room}></lc-lobby>` : nothing;
    return html`${door}<p class="hint people-n">
        ${t("room.online", { n: presence.online, m: presence.expected })}
        ${
          presence.people.length < presence.online
            ? t("people.first", { n: presence.people.length })
            : nothing
        }
      </p>
      <ul class="rows people">
        ${here.map(
          (person) => html`<li data-person=${person.id}>
            ${seal(person, "")}
            <span>${titledName(person)}<small>${unitOf(person)}</small></span>
            ${
              raised.has(person.id)
                ? html`<span class="chip acc">${icon("hand")}${t("hand.up")}</span>`
                : nothing
            }
            ${this.#floor(person)}
            ${mayReport(this.room, person) ? reportButton(this, person) : nothing}
            ${this.#mayRemove(person) ? this.#remove(person) : nothing}
          </li>`,
        )}
      </ul>
      ${this.#removed()}`;
  }

  /** Ask somebody to speak (host), or end it (staff); nothing for those who only listen. */
  #floor(person: Person): TemplateResult | typeof nothing {
    const { me, speakers } = this.room;
    const speaks = speakers.some((one) => one.person.id === person.id);
    if (speaks && me.role === "member") {
      return html`<span class="chip acc">${icon("mic")}${t("speak.speaks")}</span>`;
    }
    if (speaks) return speakButton(this, person, false);
    return mayAsk(this.room) && person.role !== "host"
      ? speakButton(this, person, true)
      : nothing;
  }

  /** As the server decides: assistants remove members, the host anybody but herself. */
  #mayRemove(person: Person): boolean {
    const { me } = this.room;
    if (person.id === me.id || person.role === "host") return false;
    return me.role === "host" || (me.role === "assistant" && person.role === "member");
  }

  #remove(person: Person): TemplateResult {
    const label = t("people.remove", { name: nameOf(person) });
    return html`<button
      class="ibtn"
      type="button"
      data-remove
      title=${label}
      aria-label=${label}
      @click=${() => this.#fire("remove", person)}
    >
      ${icon("out")}
    </button>`;
  }

  #removed(): TemplateResult | typeof nothing {
    const { removed, me } = this.room;
    if (removed.length === 0) return nothing;
    return html`<h3 class="people-out">${t("people.removed")}</h3>
      <ul class="rows people">
        ${removed.map(
          (person) => html`<li data-removed=${person.id}>
            ${seal(person, "")}
            <span>${nameOf(person)}<small>${unitOf(person)}</small></span>
            ${
              me.role === "host"
                ? html`<button
                  class="btn quiet"
                  type="button"
                  data-readmit
                  aria-label=${t("people.readmit_name", { name: nameOf(person) })}
                  @click=${() => this.#fire("readmit", person)}
                >
                  ${t("people.readmit")}
                </button>`
                : nothing
            }
          </li>`,
        )}
      </ul>`;
  }

  #fire(name: "remove" | "readmit", person: Person): void {
    this.dispatchEvent(new CustomEvent<Person>(name, { bubbles: true, detail: person }));
  }
}

export class Hands extends Part {
  static override properties = {
    hands: { attribute: false },
    total: { type: Number },
    now: { type: Number },
    firstOnly: { type: Boolean },
    mayAsk: { type: Boolean },
  };

  declare hands: readonly HandState[];
  declare total: number;
  /** Unix seconds on the server's clock. */
  declare now: number;
  /** Only the next one, for the place above the tabs. */
  declare firstOnly: boolean;
  /** Who looks may ask people to speak. */
  declare mayAsk: boolean;

  constructor() {
    super();
    this.mayAsk = false;
    this.firstOnly = false;
    this.total = 0;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.hands.length === 0) {
      return this.firstOnly
        ? nothing
        : html`<div class="empty"><h3>${t("hand.none")}</h3><p>${t("hand.none_hint")}</p></div>`;
    }
    const shown = this.firstOnly ? this.hands.slice(0, 1) : this.hands;
    return html`<ul class="hands" aria-label=${t(this.firstOnly ? "hand.next" : "tab.hands")}>
        ${shown.map((hand, index) => this.#hand(hand, index))}
      </ul>
      ${
        !this.firstOnly && this.total > this.hands.length
          ? html`<p class="hint">${t("hand.more", { n: this.total - this.hands.length })}</p>`
          : nothing
      }`;
  }

  #hand({ person, since }: HandState, index: number): TemplateResult {
    return html`<li>
      <span class="ord">${this.firstOnly ? t("hand.next") : index + 1}</span>
      ${seal(person)}
      <span>
        ${titledName(person)}
        <small>${unitOf(person)} · ${t("hand.waited", { time: waited(this.now - since) })}</small>
      </span>
      ${this.mayAsk ? speakButton(this, person, true) : nothing}
      <button
        class="btn quiet"
        type="button"
        @click=${() =>
          this.dispatchEvent(
            new CustomEvent("lower", { bubbles: true, detail: { member: person.id } }),
          )}
      >
        ${t("hand.lower")}
      </button>
    </li>`;
  }
}

/** The host asks while the class runs; when all places are taken, the server says so. */
export function mayAsk({ me, phase }: RoomState): boolean {
  return me.role === "host" && phase === "live";
}

function speakButton(from: HTMLElement, person: Person, on: boolean): TemplateResult {
  const detail = { member: person.id, on };
  return html`<button
    class="btn ${on ? "" : "danger"}"
    type="button"
    data-speak=${on ? "ask" : "end"}
    aria-label=${t(on ? "speak.ask_name" : "speak.end_name", { name: nameOf(person) })}
    @click=${() => from.dispatchEvent(new CustomEvent("speak", { bubbles: true, detail }))}
  >
    ${t(on ? "speak.ask" : "speak.end")}
  </button>`;
}

customElements.define("lc-people", People);
customElements.define("lc-hands", Hands);
