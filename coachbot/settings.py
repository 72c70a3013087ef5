"""Settings: the only reader of the environment. Every problem is told at once; secrets hide."""

import os
import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from dotenv import dotenv_values
from platformdirs import user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from coachbot.errors import SettingsError

PREFIX: Final = "COACHBOT_"
APP: Final = "coachbot"
SECRETS: Final = Path("/run/secrets")


class Settings(BaseSettings):
    """What an operator can set, as `COACHBOT_<NAME>` in the environment, `.env` or a secret."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: SecretStr = Field(
        default_factory=lambda: SecretStr(f"sqlite:///{user_data_path(APP) / 'coachbot.sqlite3'}"),
        description="where everything is kept: sqlite:///file or postgresql://…",
    )
    master_key: SecretStr | None = Field(
        default=None,
        description="32 bytes in URL-safe base64; several by commas, the sealing one first",
    )
    master_key_file: Path = Field(
        default_factory=lambda: user_config_path(APP) / "master.key",
        description="where the master key lies when MASTER_KEY is not set; made at first start",
    )
    ledger_file: Path | None = Field(
        default=None,
        description="the ledger of erasures; by default `erasures.jsonl` beside MASTER_KEY_FILE",
    )
    prompts: Path | None = Field(default=None, description="a folder of texts instead of our own")
    language: Literal["de", "en"] = Field(default="de", description="the language to begin in")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="how much is logged"
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="for people, or for machines"
    )
    health_listen: str = Field(
        default="",
        description="host:port for `/healthz` and `/metrics`, for your own machines only",
    )
    operator_name: str = Field(default="", description="who runs the bot, for the privacy notice")
    operator_contact: str = Field(default="", description="how the operator is reached")
    privacy_url: str = Field(
        default="",
        description="where your privacy notice is; see PRIVACY.md",
        pattern=r"^(https://.*)?$",
    )
    retention_days: int = Field(
        default=730,
        ge=60,
        description="after so many days without a word a person is erased, warned 30 days before",
    )
    operator_chat: int | None = Field(default=None, description="the chat that alarms go to")
    telegram_token: SecretStr | None = Field(
        default=None, description="the bot's token, as BotFather gives it"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="the Bot API server", pattern=r"^https?://"
    )
    webhook_url: str = Field(
        default="",
        description="where Telegram sends updates, https://host/path; empty for long polling",
        pattern=r"^(https?://[^/?#]+/[^?#]*)?$",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="what Telegram has to say there, A-Z a-z 0-9 _ -; made of the token if unset",
    )
    webhook_listen: str = Field(
        default="127.0.0.1:8080", description="where the bot itself listens for it, host:port"
    )
    chat_seconds: float = Field(
        default=1.0, ge=0, le=60, description="at least so long between two messages in one chat"
    )
    sends_a_second: float = Field(
        default=25.0, gt=0, le=1_000_000, description="messages a second over all chats"
    )
    bubble_seconds: float = Field(
        default=1.5, ge=0, le=30, description="how long a text may go on in further messages"
    )

    allowed_users: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(),
        description="the Telegram user ids that may use the bot, by commas; empty for everybody",
    )
    messages_a_minute: int = Field(
        default=60, ge=1, description="messages and taps of one person that are taken in a minute"
    )
    documents_an_hour: int = Field(
        default=30, ge=1, description="files that one person can ask for in an hour"
    )
    stored_megabytes: float = Field(
        default=5.0, gt=0, description="how much one person can store, in all versions"
    )

    @field_validator("webhook_secret")
    @classmethod
    def _sayable(cls, given: SecretStr | None) -> SecretStr | None:
        if given and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get_secret_value()):
            raise ValueError("1 to 256 of A-Z a-z 0-9 _ -")
        return given

    @field_validator("allowed_users", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return [part.strip() for part in given.split(",") if part.strip()]

    @classmethod
    def load(cls) -> Self:
        """Read the environment; raises SettingsError that lists every problem."""
        problems = [
            f"{PREFIX}{name}: no such setting; see the README" for name in sorted(_unknown(cls))
        ]
        try:
            settings = cls(_secrets_dir=_secrets())  # type: ignore[call-arg]  # of BaseSettings
        except ValidationError as error:
            problems += [_problem(detail["loc"], detail["msg"]) for detail in error.errors()]
        if problems:
            raise SettingsError("\n".join(problems))
        return settings


def _secrets() -> list[Path]:
    """Return the folders in which a container or systemd hands over secrets, a file each."""
    handed_over = (SECRETS, Path(os.environ.get("CREDENTIALS_DIRECTORY", SECRETS)))
    return [folder for folder in dict.fromkeys(handed_over) if folder.is_dir()]


def _unknown(settings: type[Settings]) -> set[str]:
    names = {*os.environ, *dotenv_values(".env")}
    named = {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
    return named - {name.upper() for name in settings.model_fields}


def _problem(where: tuple[int | str, ...], message: str) -> str:
    return f"{PREFIX}{'.'.join(map(str, where)).upper()}: {message}"
