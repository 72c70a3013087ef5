"""The road of the coach's tests, here with a web server beside it."""

from tests.coach.conftest import light, migrated, quiet

__all__ = ["light", "migrated", "quiet"]
