"""The road of the coach's tests fills the databases here."""

from tests.coach.conftest import light, migrated, quiet

__all__ = ["light", "migrated", "quiet"]
