"""Database history of the storey ``liveclass``."""
