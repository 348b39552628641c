"""Who comes into a room: lobby and lock."""
