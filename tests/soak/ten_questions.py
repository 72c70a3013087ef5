"""Our own prompts with a flow of ten typed questions: so much can be said without a tap."""

import re
import shutil
from pathlib import Path

QUESTIONS = 10
_BLOCK = re.compile(r"^(?=\[)", re.MULTILINE)
_LEFT_OUT = re.compile(r"^(depth|notices|insight_item|customer_side) = .*\n", re.MULTILINE)


def ten_questions(prompts: Path, folder: Path) -> Path:
    """Write the shortened prompts into `folder`; returns where they are."""
    short = shutil.copytree(prompts, folder / "prompts")
    head, *blocks = _BLOCK.split((prompts / "flow.toml").read_text())
    kept, left = [head], QUESTIONS
    for block in blocks:
        if not block.startswith("[[stage.question]]"):
            kept.append(block)
        elif left and _is_typed(block):
            kept.append(_LEFT_OUT.sub("", block))
            left -= 1
    (short / "flow.toml").write_text("".join(kept))
    return short


def _is_typed(block: str) -> bool:
    return 'kind = "text"' in block and not re.search(r"^(each|when) = ", block, re.MULTILINE)
