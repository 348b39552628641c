/** Who is here: counts first, then the names the server sends; who was sent out, for the staff. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import type { HandState, Person, RoomState } from "../protocol.gen";
import { icon, nameOf, Part, seal, titledName, unitOf } from "../ui/part";
import { waited } from "../ui/time";

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
    return html`<p class="hint people-n">
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
            ${this.#mayRemove(person) ? this.#remove(person) : nothing}
          </li>`,
        )}
      </ul>
      ${this.#removed()}`;
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
  };

  declare hands: readonly HandState[];
  declare total: number;
  /** Unix seconds on the server's clock. */
  declare now: number;
  /** Only the next one, for the place above the tabs. */
  declare firstOnly: boolean;

  constructor() {
    super();
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
      <button
        class="btn"
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

customElements.define("lc-people", People);
customElements.define("lc-hands", Hands);
