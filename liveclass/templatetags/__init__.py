"""Filters of the pages around a class."""
