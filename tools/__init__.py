"""The bootstrap behind the Makefile: plain Python 3 and its standard library, nothing installed.

``python3 -m tools.setup run`` is what ``make run`` calls. Each file holds one noun: the system's
parts, the Python environment, the front end, the test suite.
"""
