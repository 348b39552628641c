"""Announced checks in a class: who is there, and what was understood."""
