"""Captions of a class: written along by the staff, or by the lecturer's browser."""
