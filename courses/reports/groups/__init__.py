"""Groups and posts on the board beside units; only people the viewer may see are counted."""
