/** Why a question was set aside, in words. */
import type { Key } from "../i18n";
import type { AsideReason } from "../protocol.gen";

export const REASONS: Readonly<Record<AsideReason, Key>> = {
  off_topic: "qa.why_off_topic",
  answered_before: "qa.why_answered_before",
  other_place: "qa.why_other_place",
  no_time: "qa.why_no_time",
  wording: "qa.why_wording",
  other: "qa.why_other",
};
