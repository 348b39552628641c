/** English: lobby and lock. */
import type { zhAdmission } from "./zh-admission";

export const enAdmission: Readonly<Record<keyof typeof zhAdmission, string>> = {
  "report.about": "Report {name}",
  "report.act": "Report",
  "report.done": "The lecturer and the assistants have been told",
  "report.hidden": "The lecturer and the assistants see what is reported and what you write, not who reported it",
  "report.reason": "Reason (optional)",
  "report.send": "Tell the staff",
  "say.reports": "{n} reports are waiting",
  "say.waiting": "{n} waiting to come in",
};
