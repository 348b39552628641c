"""Polls of a room, their votes and counts."""
