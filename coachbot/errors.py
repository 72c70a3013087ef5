"""Every error of coachbot.

CoachbotError
├── SettingsError     a setting, key or file of the operator's is wrong: exit code 2
├── PromptsError      the flow or a text under `prompts/` is wrong: exit code 2
├── AnswersFileError  an answers file names an unknown question or a wrong type: exit code 2
└── StoreError        the database cannot be used as it is: exit code 2
    ├── SealError     a sealed column cannot be opened with the keys at hand
    └── RowError      a row is refused for what is in it
"""


class CoachbotError(Exception):
    """Something an operator can mend; the message says what and where."""


class SettingsError(CoachbotError):
    """A setting, key or file of the operator's is wrong."""


class PromptsError(CoachbotError):
    """The flow or a text under `prompts/` is wrong."""


class AnswersFileError(CoachbotError):
    """An answers file names an unknown question or a wrong type."""


class StoreError(CoachbotError):
    """The database cannot be used as it is."""


class SealError(StoreError):
    """A sealed column cannot be opened with the keys at hand."""


class RowError(StoreError):
    """A row is refused for what is in it: it exists already, refers to nothing, or has no form."""


def is_outage(error: Exception) -> bool:
    """Whether the database fails, and so everybody's events; else it is this one's own fault."""
    return isinstance(error, StoreError) and not isinstance(error, SealError | RowError)
