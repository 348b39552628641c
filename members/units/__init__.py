"""The organisation and its two trees of units: departments and groups."""
