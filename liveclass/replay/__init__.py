"""Watching a class again, or from its beginning while it runs: page, events and files."""
