/**
 * Entry of the page where people wait to be let in. Asks how it stands, as often as the server
 * says, and opens the class by itself. All words come from the server, in the reader's language.
 */
import { pageData } from "../page";
import { type Standing, Waiting } from "./waiting";

interface LobbyData {
  /** POST: asks to be let in and tells how it stands. */
  readonly knock: string;
  /** POST: she waits no longer. */
  readonly walk_away: string;
  readonly room: string;
}

const data = pageData<LobbyData>("lobby-data");
const card = document.querySelector<HTMLElement>("[data-lobby]");
const token = document.querySelector<HTMLFormElement>("#lobby-token");

/** Only what changed is written: readers of the screen are told each thing once. */
function write(selector: string, text: string): void {
  const place = card?.querySelector<HTMLElement>(selector);
  if (place && place.textContent !== text) place.textContent = text;
}

function show(told: Standing): void {
  if (!card) return;
  card.dataset["lobby"] = told.state;
  write("[data-title]", told.title);
  write("[data-text]", told.text);
  write("[data-message] p", told.message);
  card.querySelector("[data-message]")?.toggleAttribute("hidden", told.message === "");
}

const csrf = (): string => String(token ? (new FormData(token).get("csrfmiddlewaretoken") ?? "") : "");

const waiting = new Waiting({
  ask: async () => {
    const answer = await fetch(data.knock, {
      method: "POST",
      headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
      credentials: "same-origin",
    });
    if (!answer.ok && answer.status !== 401) throw new TypeError(`lobby: ${answer.status}`);
    return (await answer.json()) as Standing;
  },
  show,
  open: () => location.replace(data.room),
  later: (run, milliseconds) => setTimeout(run, milliseconds),
});

waiting.start();
addEventListener("pageshow", (event) => {
  if (event.persisted) waiting.start();
});
addEventListener("pagehide", () => {
  waiting.stop();
  if (!waiting.asked || !token) return;
  navigator.sendBeacon(data.walk_away, new FormData(token));
});
