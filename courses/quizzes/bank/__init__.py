"""Question banks: writing questions, and taking them in from spreadsheets."""
