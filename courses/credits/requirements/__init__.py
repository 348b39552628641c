"""What is asked of whom: the pages on which platform admins write requirements."""
