"""What a class left behind: who was there and how long, what was said, asked and voted."""
