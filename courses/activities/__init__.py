"""Activities, their sessions, and the server-timed presence of people in them."""
