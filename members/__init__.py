"""Who: the organisation, its units, its people and how they sign in."""
