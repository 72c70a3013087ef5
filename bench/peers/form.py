"""The form as every peer knows it: the questions of bench/prompts, in German."""

import os
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "prompts"
_FLOW = tomllib.loads((FOLDER / "flow.toml").read_text(encoding="utf-8"))
_TEXTS = tomllib.loads((FOLDER / "de" / "questions" / "form.toml").read_text(encoding="utf-8"))

TOKEN = os.environ["BENCH_TOKEN"]
API = os.environ["BENCH_API"]
STORE = os.environ.get("BENCH_STORE", "")
NAMES = [q["id"] for q in _FLOW["stage"][0]["question"] if q["kind"] == "text"][:10]
QUESTIONS = [_TEXTS[name]["ask"] for name in NAMES]
THANKS = "Noch eine Erinnerung: danke, das war alles."
