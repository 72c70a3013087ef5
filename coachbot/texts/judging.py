"""Judging single answers outside a conversation, for whoever tunes the rules: one JSON a line."""

import json
from typing import Any, Final

from coachbot.flow.questions import Flow

_FIELDS: Final = ("id", "lang", "question", "answer")


def noticed_in(flow: Flow, line: str) -> str:
    """Return `{"id", "observation", "because"}` for `{"id", "lang", "question", "answer"}`.

    Raises ValueError naming what is wrong with the line.
    """
    row = _row(flow, line)
    answer = row["answer"]
    value = tuple(map(str, answer)) if isinstance(answer, list) else str(answer)
    observation = flow.rules.notice(flow.by_id[row["question"]], value, row["lang"])
    judged = {
        "id": row["id"],
        "observation": observation.id if observation else None,
        "because": observation.because if observation else "",
    }
    return json.dumps(judged, ensure_ascii=False)


def _row(flow: Flow, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        raise ValueError("expected one JSON object") from None
    if not isinstance(row, dict) or any(field not in row for field in _FIELDS):
        raise ValueError(f"expected an object with {', '.join(_FIELDS)}")
    if row["lang"] not in flow.labels:
        raise ValueError(f"unknown language {row['lang']!r}; expected {', '.join(flow.labels)}")
    if row["question"] not in flow.by_id:
        raise ValueError(f"unknown question {row['question']!r}")
    return row
