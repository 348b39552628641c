"""Keeping what is published: in files while the class runs, in memory for players that poll."""
