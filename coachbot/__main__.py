"""`coachbot`, and `python -m coachbot`."""

import sys

from coachbot.errors import CoachbotError


def main() -> None:
    """Run a command; what an operator can mend is one message and exit code 2."""
    from coachbot.cli import app

    try:
        app()
    except CoachbotError as error:
        print(error, file=sys.stderr)  # noqa: T201  the message is for the operator's terminal
        sys.exit(2)


if __name__ == "__main__":
    main()
