"""Lines said aloud in a room."""
