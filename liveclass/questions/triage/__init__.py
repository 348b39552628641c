"""What the staff do to keep the queue of questions in order."""
