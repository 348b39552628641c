"""People with an account, signing in, and what they prefer."""
