"""Guests: people without an account in one class, by a link, where the organisation allows it."""
