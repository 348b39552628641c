/** What stands in the place of a line that was taken back. */
import { t } from "../i18n";
import type { ChatLine } from "../protocol.gen";
import { nameOf } from "../ui/part";

/** Who took the line back: its author, or somebody who holds the class. */
export function recalledWords({ author, recalled_by: by }: ChatLine, me: number): string {
  const name = nameOf(author);
  if (!by || by.id === author.id) return t("chat.recalled", { name });
  const own = author.id === me;
  if (by.role === "assistant") {
    return own ? t("chat.removed_own_assistant") : t("chat.removed_assistant", { name });
  }
  return own ? t("chat.removed_own_host") : t("chat.removed_host", { name });
}
