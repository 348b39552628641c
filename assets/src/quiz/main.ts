/**
 * Entry of a quiz's paper. The form works without this file; here its answers are saved while they
 * are given, the time left is shown, and what is there when it is over is handed in.
 */
import { t } from "../i18n";
import { answersOf } from "./answers";
import { Countdown, left } from "./countdown";
import { type Answers, type Mark, type Outcome, Saver } from "./saver";

const SOON = 60;

function start(form: HTMLFormElement): void {
  const { save, saves, seconds } = form.dataset;
  const countdown =
    seconds === undefined ? null : new Countdown(Number(seconds), performance.now());
  const saver = new Saver(
    {
      send: (number, answers) => send(form, save ?? "", number, answers),
      after: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
      mark: (mark, outcome) => {
        show(form, mark, outcome);
        if (outcome?.kind === "saved" && outcome.seconds !== null)
          countdown?.correct(outcome.seconds, performance.now());
      },
    },
    Number(saves ?? 0),
  );
  const changed = (): void => {
    const answers = answersOf(form);
    const count = form.querySelector("[data-answered]");
    if (count) count.textContent = String(Object.keys(answers).length);
    saver.change(answers);
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => saver.stop());
  window.addEventListener("pagehide", () => saver.flush());
  if (countdown) run(form, countdown, saver);
}

async function send(
  form: HTMLFormElement,
  url: string,
  number: number,
  answers: Answers,
): Promise<Outcome> {
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ number, answers }),
      keepalive: true,
      signal: AbortSignal.timeout(15_000),
    });
    if (answer.status === 409) {
      const no = (await answer.json()) as { code: string; message: string };
      return { kind: "refused", ...no };
    }
    if (!answer.ok) return { kind: "failed" };
    const kept = (await answer.json()) as { seconds: number | null };
    return { kind: "saved", seconds: kept.seconds };
  } catch {
    return { kind: "failed" };
  }
}

const WORDS = { saving: "quiz.saving", saved: "quiz.saved", waiting: "quiz.waiting" } as const;

function show(form: HTMLFormElement, mark: Mark, outcome: Outcome | null): void {
  const saved = form.querySelector("[data-saved]");
  if (saved) saved.textContent = mark === "stopped" ? "" : t(WORDS[mark]);
  if (outcome?.kind !== "refused") return;
  const trouble = form.querySelector<HTMLElement>("[data-trouble]");
  const why = form.querySelector("[data-why]");
  if (!trouble || !why) return;
  why.textContent = outcome.message;
  trouble.hidden = false;
}

function run(form: HTMLFormElement, countdown: Countdown, saver: Saver): void {
  const shown = form.querySelector("[data-left]");
  const aloud = document.createElement("span");
  aloud.className = "vh";
  aloud.setAttribute("role", "status");
  form.append(aloud);
  const timer = setInterval(tick, 500);
  function tick(): void {
    const now = performance.now();
    const seconds = countdown.seconds(now);
    if (shown) shown.textContent = t("quiz.left", { t: left(seconds) });
    shown?.closest(".qz-bar")?.classList.toggle("is-late", seconds <= SOON);
    const minutes = countdown.say(now);
    if (minutes !== null) aloud.textContent = t("quiz.soon", { n: minutes });
    if (seconds > 0) return;
    clearInterval(timer);
    aloud.textContent = t("quiz.over");
    saver.stop();
    handIn(form);
  }
  tick();
}

/** Submit what is there; the server's grace is for the time that this takes. */
function handIn(form: HTMLFormElement): void {
  const action = document.createElement("input");
  Object.assign(action, { type: "hidden", name: "action", value: "submit_anyway" });
  form.append(action);
  form.submit();
}

const form = document.querySelector<HTMLFormElement>("form[data-quiz]");
if (form) start(form);
