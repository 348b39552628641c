"""Doors to other systems: files and calls in formats that somebody else defined."""
