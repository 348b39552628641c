"""Trying a class out before it is held: a room of its own, thrown away when it has served."""
