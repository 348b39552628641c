"""Required hours on the board: units × requirements of a period, kept per person and per unit."""
