"""Template tags of this storey."""
