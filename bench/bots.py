"""The contestants: how each is started, and how its stored answers are counted."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server import TOKEN

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
OURS: Final = Path(os.environ.get("BENCH_PYTHON", ROOT / ".venv" / "bin" / "python"))
THEIRS: Final = Path(sys.executable)
BOT_CORE, OUR_CORE = 0, 1
STORED: Final = 5_000


@dataclass(frozen=True)
class Bot:
    """A bot to measure. `seconds` is how long it is watched; `keeps` what it writes to disk."""

    name: str
    command: tuple[str, ...]
    seconds: float = 6.0
    rounds: int = 3
    keeps: str = "nothing"
    counts: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_slow(self) -> bool:
        """Whether it writes all it knows again and again, people stored beforehand included."""
        return bool(self.fills)

    @property
    def is_ours(self) -> bool:
        return bool(self.prompts)


def _peer(script: str, *arguments: str) -> tuple[str, ...]:
    return (str(THEIRS), str(HERE / "peers" / script), *arguments)


_FORM: Final = "ptb_form.py"
COACHBOT: Final = Bot(
    "coachbot",
    (str(OURS), "-m", "coachbot", "bot"),
    keeps="every answer, sealed, before Telegram is told",
    prompts=("prompts",),
)
TAPS: Final = Bot("coachbot, taps", COACHBOT.command, prompts=("prompts", "taps"))


def _pickling(interval: str, seconds: float) -> Bot:
    """Return the library with PicklePersistence; its pauses take minutes, so once is enough."""
    return Bot(
        f"python-telegram-bot, PicklePersistence {interval} s",
        _peer(_FORM, interval),
        seconds=seconds,
        rounds=1,
        keeps="a file, when its interval is over",
        counts=_peer(_FORM, "count"),
        fills=_peer(_FORM, "fill", str(STORED)),
    )


PEERS: Final = (
    Bot("aiogram, MemoryStorage", _peer("aiogram_form.py")),
    Bot("python-telegram-bot, in memory", _peer(_FORM)),
    _pickling("1", seconds=90.0),
    _pickling("60", seconds=90.0),
    Bot(
        "python-telegram-bot, async SQLAlchemy",
        _peer("ptb_sqlalchemy.py"),
        keeps="every answer, after Telegram was told",
        counts=_peer("ptb_sqlalchemy.py", "count"),
    ),
)


@dataclass
class Home:
    """The folder of one bot's run: its texts, its database or file, its log."""

    folder: Path
    bot: Bot
    port: int

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite3"

    @property
    def key_file(self) -> Path:
        return self.folder / "master.key"

    @property
    def prompts(self) -> Path:
        return self.folder / "prompts"

    def furnish(self) -> None:
        if self.bot.is_ours:
            shutil.copytree(ROOT / "prompts", self.prompts)
            for overlay in self.bot.prompts:
                shutil.copytree(HERE / overlay, self.prompts, dirs_exist_ok=True)
        if self.bot.fills:
            subprocess.run(self.bot.fills, env=self.environment, check=True, cwd=self.folder)

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: v for name, v in os.environ.items() if not name.startswith("COACHBOT_")}
        if not self.bot.is_ours:
            api = f"http://127.0.0.1:{self.port}"
            own = {"BENCH_TOKEN": TOKEN, "BENCH_API": api, "BENCH_STORE": str(self.store)}
            return clean | own
        return clean | {
            "COACHBOT_DATABASE_URL": f"sqlite:///{self.store}",
            "COACHBOT_MASTER_KEY_FILE": str(self.key_file),
            "COACHBOT_TELEGRAM_TOKEN": TOKEN,
            "COACHBOT_TELEGRAM_API_URL": f"http://127.0.0.1:{self.port}",
            "COACHBOT_PROMPTS": str(self.prompts),
            "COACHBOT_BUBBLE_SECONDS": "0",
            "COACHBOT_CHAT_SECONDS": "0",
            "COACHBOT_MESSAGES_A_MINUTE": "1000000000",
            "COACHBOT_SENDS_A_SECOND": "1000000",
            "PYTHONPATH": str(ROOT),
            **self.bot.settings,
        }

    def counted(self) -> int:
        """Return how many answers are on disk now."""
        if not self.store.exists():
            return 0
        ours = (str(OURS), str(HERE / "people.py"), "count", str(self.store))
        command = self.bot.counts or (ours if self.bot.is_ours else ())
        if not command:
            return 0
        told = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True
        )
        return int(told.stdout)

    @contextmanager
    def running(self, command: tuple[str, ...] = ()) -> Iterator["subprocess.Popen[bytes]"]:
        """Run the bot on the core that is its own; its log lies beside its database."""
        with (self.folder / "bot.log").open("ab") as log:
            process = subprocess.Popen(
                command or self.bot.command,
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: os.sched_setaffinity(0, {BOT_CORE}),  # noqa: PLW1509
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
