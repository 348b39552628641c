"""Slides of a class: the files, the page that is shown, and what is drawn on it."""
