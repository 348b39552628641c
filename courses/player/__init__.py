"""Playing a lesson: its page, and the right of one page to say what was played of it."""
