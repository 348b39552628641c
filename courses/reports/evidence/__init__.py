"""One course of one member, lesson by lesson: what was really watched, read, answered, attended."""
