"""Database history of the storey ``courses``."""
