"""What is kept of a class while it runs: who asked for it, whether it is being made, its files."""
