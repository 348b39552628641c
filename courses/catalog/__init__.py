"""Courses, their sections and lessons, and what lessons are made of."""
