"""What is learnt, and what counts."""
