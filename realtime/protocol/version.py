"""The version of the wire. Raised when an older page could misread a newer server."""

PROTOCOL_VERSION = 1
MAX_MESSAGE_BYTES = 16 * 1024
"""Longest WebSocket message a page may send; daphne closes the connection beyond it."""

CLOSE_MALFORMED = 4400
"""Too many messages that are no commands."""
CLOSE_TICKET = 4401
"""The ticket is not valid, or its time is over."""
CLOSE_NOT_ADMITTED = 4403
"""Not in the audience, or removed from the class."""
CLOSE_TOO_SLOW = 4408
"""The page does not read what it is sent; it resumes on a new connection."""
CLOSE_NO_HELLO = 4409
"""No ``hello`` within ten seconds."""
CLOSE_BUSY = 4429
"""Too many people are entering at this moment; come back a little later."""
