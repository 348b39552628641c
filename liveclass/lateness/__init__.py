"""A class that begins later than announced: who said so, and who is told."""
