"""The doors into a room: its page, the device check, and the tickets both ask for."""
