"""Whispers: private letters between a member of a class and one of those who hold it."""
