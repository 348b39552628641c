"""The polls prepared for a class: written, changed, ordered, copied and dropped before it."""
