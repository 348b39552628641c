"""How a class arrives: a page for host and assistants, and figures for those who watch over it."""
