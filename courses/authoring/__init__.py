"""Where courses are written, reviewed and published."""
