/** The order of a course while it is being dragged; the server takes it as `3:5,6;4:7`. */
export interface Part {
  readonly section: string;
  readonly lessons: readonly string[];
}

/** `parts` as the form sends them. */
export function written(parts: readonly Part[]): string {
  return parts.map(({ section, lessons }) => `${section}:${lessons.join(",")}`).join(";");
}

/** `parts` with `lesson` moved into `section`, before the lesson `before` (null: at the end). */
export function put(
  parts: readonly Part[],
  lesson: string,
  section: string,
  before: string | null,
): Part[] {
  if (lesson === before) return parts.map((part) => ({ ...part }));
  return parts.map((part) => {
    const lessons = part.lessons.filter((one) => one !== lesson);
    if (part.section !== section) return { section: part.section, lessons };
    const found = before === null ? -1 : lessons.indexOf(before);
    lessons.splice(found < 0 ? lessons.length : found, 0, lesson);
    return { section, lessons };
  });
}
