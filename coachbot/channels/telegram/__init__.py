"""The channel on the phone: python-telegram-bot's types and errors, our own road."""

import os

# The library's opt-in to time spans; without it reading some updates and `RetryAfter` warn.
os.environ["PTB_TIMEDELTA"] = "true"
