"""Members who were asked to speak: heard and seen by everybody, up to six at a time."""
