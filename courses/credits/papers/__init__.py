"""The record on paper: a PDF that says what counts and why, and which anybody may check."""
