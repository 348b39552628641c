"""Periods that are closed: what was reported stays, and what changed later is told beside it."""
