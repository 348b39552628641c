"""What an author decides of a quiz, tries out, and learns from how it went."""
