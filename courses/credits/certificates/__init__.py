"""Certificates: proof of something completed, which anybody may check."""
