"""Members tell the staff of a class about a line or a person; who told is shown to nobody."""
