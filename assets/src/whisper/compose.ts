/** The form of a new whisper: to whom, whether with a name, and who can read it. */
import { html, nothing, type TemplateResult } from "lit";

import { t } from "../i18n";
import { type Person, WHISPER_CHARS, type WhisperBox } from "../protocol.gen";
import { nameOf, seal } from "../ui/part";
import { readers } from "./readers";
import { w } from "./words";

/** What was chosen so far. */
export interface Letter {
  readonly to: number;
  readonly anonymous: boolean;
  readonly unit: boolean;
}

export interface Compose {
  readonly box: WhisperBox;
  readonly letter: Letter;
  readonly text: string;
  readonly sending: boolean;
  readonly change: (letter: Letter) => void;
  readonly type: (text: string) => void;
  readonly send: () => void;
}

export function compose(form: Compose): TemplateResult {
  const { box, letter, change } = form;
  const to = recipient(box, letter);
  if (!to) return html``;
  return html`<form
    class="flow-s wh-new"
    data-whisper
    @submit=${(event: Event) => {
      event.preventDefault();
      form.send();
    }}
  >
    <fieldset class="field">
      <legend>${w("to")}</legend>
      <div class="wh-to">${box.recipients.map((one) => choice(one, one.id === to.id, form))}</div>
    </fieldset>
    ${
      box.anonymous
        ? html`${toggle("anonymous", w("anonymous_on"), letter.anonymous, (anonymous) =>
            change({ ...letter, anonymous, unit: anonymous && letter.unit }),
          )}
          ${
            letter.anonymous && box.unit
              ? toggle("unit", w("unit_on"), letter.unit, (unit) => change({ ...letter, unit }))
              : nothing
          }
          <p class="hint">
            ${w(letter.anonymous ? "anonymous_on_hint" : "anonymous_off_hint", { name: nameOf(to) })}
          </p>`
        : nothing
    }
    ${readers({
      name: nameOf(to),
      receives: false,
      anonymous: box.anonymous,
      kept: w("days", { n: box.days }),
    })}
    <div class="field">
      <label for="wh-text">${w("text")}</label>
      <textarea
        class="input song-in"
        id="wh-text"
        name="text"
        required
        maxlength=${WHISPER_CHARS}
        placeholder=${w("placeholder")}
        .value=${form.text}
        @input=${(event: Event) => form.type((event.target as HTMLTextAreaElement).value)}
      ></textarea>
    </div>
    <button class="btn pri full" type="submit" ?disabled=${form.sending}>
      ${w("send", { name: nameOf(to) })}
    </button>
    <p class="hint">${w("aim")} · ${w("days", { n: box.days })}</p>
  </form>`;
}

/** Whom the letter goes to: the one who was chosen, else the lecturer. */
export function recipient(box: WhisperBox, letter: Letter): Person | undefined {
  return box.recipients.find((one) => one.id === letter.to) ?? box.recipients[0];
}

function choice(one: Person, chosen: boolean, form: Compose): TemplateResult {
  return html`<label class="choice">
    ${seal(one, "")}
    <span>
      ${nameOf(one)}<small>${t(one.role === "host" ? "role.host" : "role.assistant")}</small>
    </span>
    <input
      type="radio"
      name="to"
      .checked=${chosen}
      @change=${() => form.change({ ...form.letter, to: one.id })}
    />
  </label>`;
}

function toggle(
  name: string,
  label: string,
  on: boolean,
  change: (on: boolean) => void,
): TemplateResult {
  return html`<label class="switch">
    <input
      type="checkbox"
      role="switch"
      name=${name}
      .checked=${on}
      @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    />
    ${label}
  </label>`;
}
