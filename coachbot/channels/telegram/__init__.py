"""The channel on the phone: python-telegram-bot's calls and errors, our own road."""

import os

# The library's opt-in to time spans; without it `RetryAfter` warns.
os.environ["PTB_TIMEDELTA"] = "true"
