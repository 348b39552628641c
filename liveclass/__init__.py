"""Live lecture rooms, and the front door."""
