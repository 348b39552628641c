"""The chat of a class from its first line: read back, searched, taken out as a file."""
