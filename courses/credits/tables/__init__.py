"""Conversion tables: how minutes become credit hours, version after version."""
