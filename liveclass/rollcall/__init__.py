"""Who is present, away and not yet there while a class runs, for host and assistants."""
