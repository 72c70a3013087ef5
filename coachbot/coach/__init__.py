"""The coach: use cases. One call is one unit of work, and only this room opens a transaction."""

from coachbot.coach.coach import Coach, Reply

__all__ = ["Coach", "Reply"]
