"""Questions at a time of a recording: who has understood goes on, who has not watches it again."""
