"""Files of lessons on their way in: sent in parts, kept over a closed laptop, made ready."""
