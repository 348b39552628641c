"""The recurring people, for pages."""

from tests.people import people as people
