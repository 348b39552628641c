"""Who is sent out of a class, and let in again."""
