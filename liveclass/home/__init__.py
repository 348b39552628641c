"""The first page after signing in: what matters now."""
