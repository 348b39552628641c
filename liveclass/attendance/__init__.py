"""Coming and going: who was in a room, and the server-timed presence that counts."""
