"""The commands: parse arguments, call one room, nothing else. Imports on demand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="coachbot",
    help="A coach for the relationship you want with your customers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


keys_app = typer.Typer(help="Master keys: make one, seal everything with it, see which are used.")
app.add_typer(keys_app, name="keys")
quarantine_app = typer.Typer(help="What was put aside because it could not be read or handled.")
app.add_typer(quarantine_app, name="quarantine")


class Language(StrEnum):
    DE = "de"
    EN = "en"


Answers = Annotated[Path, typer.Option("--answers", help="an answers file (TOML)")]
Out = Annotated[Path, typer.Option("--out", help="the folder for files")]
Number = Annotated[int, typer.Argument(metavar="ID", help="the number that `list` shows")]
InLanguage = Annotated[Language | None, typer.Option("--lang", help="the language")]


@app.command()
def chat(
    answers: Annotated[
        Path | None, typer.Option("--answers", help="begin with these answers")
    ] = None,
    out: Out = Path("out"),
) -> None:
    """Talk to the coach in this terminal; it remembers where you were."""
    from coachbot.channels.terminal.chat import run
    from coachbot.settings import Settings
    from coachbot.wiring import coach_of, place

    settings = Settings.load()
    run(coach_of(settings), out, answers, place(settings))


@app.command()
def bot() -> None:
    """Run the Telegram bot, by long polling or webhook, until it is stopped."""
    from coachbot.settings import Settings
    from coachbot.wiring_telegram import run_bot

    run_bot(Settings.load())


@app.command()
def status() -> None:
    """Show how many people there are, what waits, and when Telegram was last reached."""
    from coachbot.settings import Settings
    from coachbot.wiring import status_of

    _table(status_of(Settings.load(), datetime.now(UTC)))


@app.command()
def demo(
    answers: Answers = Path("examples/bakery.toml"),
    out: Out = Path("out"),
    fast: Annotated[bool, typer.Option("--fast", help="without pauses for reading")] = False,
) -> None:
    """Watch a bakery define its customer relationship; the document is left in OUT."""
    from coachbot.channels.terminal.demo import play
    from coachbot.settings import Settings
    from coachbot.wiring import coach_beside

    with coach_beside(Settings.load()) as coach:
        play(coach, answers, out, with_pauses=not fast)


@app.command()
def document(
    answers: Answers,
    out: Out = Path("out"),
    lang: InLanguage = None,
    on: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="the date on it")
    ] = None,
) -> None:
    """Make the document of an answers file, without a database."""
    from coachbot.settings import Settings
    from coachbot.wiring import write_document

    day = on.date() if on else date.today()  # noqa: DTZ011  the reader's own calendar day
    for path in write_document(Settings.load(), answers, out, lang, day):
        typer.echo(path)


@app.command()
def notice() -> None:
    """Say what the coach notices in answers: JSON lines in, JSON lines out."""
    import sys

    from coachbot.settings import Settings
    from coachbot.wiring import notice_lines

    if notice_lines(Settings.load(), sys.stdin, sys.stdout, sys.stderr):
        raise typer.Exit(2)


@app.command()
def check() -> None:
    """Check settings and prompts; every problem is named."""
    from coachbot.settings import Settings
    from coachbot.texts.checking import checked
    from coachbot.wiring import library_of

    report = checked(library_of(Settings.load()))
    for problem in report.problems:
        typer.echo(problem, err=True)
    if report.problems:
        raise typer.Exit(2)
    typer.echo(report.summary)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from coachbot.settings import Settings
    from coachbot.store.migrating import migrate as to_head
    from coachbot.wiring import database_of, place

    settings = Settings.load()
    to_head(database_of(settings))
    typer.echo(place(settings))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="the backup, a new file")],
) -> None:
    """Back a SQLite database up into one file, while the bot runs."""
    from coachbot.settings import Settings
    from coachbot.wiring_backup import back_up_to

    _table(back_up_to(Settings.load(), file, datetime.now(UTC)))


@app.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="a backup made by `coachbot backup`")] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="put in order what pg_restore has restored")
    ] = False,
) -> None:
    """Restore a backup where no database is; whoever was erased since is erased again."""
    from coachbot.settings import Settings
    from coachbot.wiring_backup import restore_from, settle_restored

    if (file is None) is not in_place:
        raise typer.BadParameter("give either a FILE or --in-place")
    settings, now = Settings.load(), datetime.now(UTC)
    _table(restore_from(settings, file, now) if file else settle_restored(settings, now))


@app.command()
def move(
    to: Annotated[
        str, typer.Option("--to", help="the new database: postgresql://… or sqlite:///…")
    ],
) -> None:
    """Move everything to another, empty database; the bot has to be stopped."""
    from coachbot.settings import Settings
    from coachbot.wiring_backup import move_to

    _table(move_to(Settings.load(), to, datetime.now(UTC)))


@app.command()
def flow(lang: InLanguage = None) -> None:
    """Print the flow as a Mermaid diagram."""
    from coachbot.settings import Settings
    from coachbot.texts.diagram import mermaid
    from coachbot.texts.loading import load_flow
    from coachbot.wiring import library_of

    settings = Settings.load()
    library = library_of(settings)
    typer.echo(mermaid(load_flow(library), library.languages[lang or settings.language]))


@app.command()
def schedule(
    zone: Annotated[str, typer.Option("--zone", help="an IANA name: Europe/Vienna")],
    weekday: Annotated[str, typer.Option("--weekday", help="sunday")],
    at: Annotated[str, typer.Option("--time", help="the local time: 17:00")],
    start: Annotated[str, typer.Option("--from", help="the first day: YYYY-MM-DD")],
    every: Annotated[str, typer.Option("--every", help="days or weeks: 14d, 2w")] = "14d",
    count: Annotated[str, typer.Option("--count", help="how many")] = "26",
) -> None:
    """Print when nudges are due: a line each, the instant in UTC and the local time."""
    from coachbot.coach.listing import due_lines

    for line in due_lines(zone, weekday, at, every, start, count):
        typer.echo(line)


@keys_app.command("new")
def keys_new() -> None:
    """Print a fresh master key; it is kept nowhere."""
    from coachbot.store.sealing import new_key

    typer.echo(new_key())


@keys_app.command("rotate")
def keys_rotate() -> None:
    """Seal everything with the first key, beside a running bot; can be stopped and run again."""
    from coachbot.settings import Settings
    from coachbot.wiring_store import rotate_keys

    done = rotate_keys(
        Settings.load(), lambda table, count: typer.echo(f"{table:12} {count}", err=True)
    )
    typer.echo(f"{done} values were sealed with the first key.")


@keys_app.command("list")
def keys_list() -> None:
    """Show each key's id, how many values it sealed, and whether it may go."""
    from coachbot.settings import Settings
    from coachbot.wiring_store import keys_in_use

    for line in keys_in_use(Settings.load()):
        typer.echo(line)


def _table(told: Mapping[str, object]) -> None:
    for name, value in told.items():
        typer.echo(f"{name:24} {value}")


@quarantine_app.command("list")
def quarantine_list() -> None:
    """Show what was put aside, and why; not what is in it."""
    from coachbot.settings import Settings
    from coachbot.wiring_store import put_aside

    for line in put_aside(Settings.load()):
        typer.echo(line)


@quarantine_app.command("show")
def quarantine_show(
    number: Number,
    opened: Annotated[
        bool, typer.Option("--open", help="also show what is in it: somebody's own words")
    ] = False,
) -> None:
    """Show one update that was put aside."""
    from coachbot.settings import Settings
    from coachbot.wiring_store import put_aside_shown

    for line in put_aside_shown(Settings.load(), number, opened=opened):
        typer.echo(line)


@quarantine_app.command("replay")
def quarantine_replay(number: Number) -> None:
    """Let an update be handled once more; a running bot does it within half a minute."""
    from coachbot.settings import Settings
    from coachbot.wiring_store import replay

    replay(Settings.load(), number)


@quarantine_app.command("drop")
def quarantine_drop(number: Number) -> None:
    """Let go of an update and of what is in it."""
    from coachbot.settings import Settings
    from coachbot.wiring_store import drop

    drop(Settings.load(), number)


@app.command()
def erase(
    user: Annotated[int, typer.Argument(metavar="USER", help="their Telegram user id")],
    sure: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Erase a person who asks for it by letter: all that /delete would."""
    from coachbot.settings import Settings
    from coachbot.wiring_store import erase as erase_person

    if not sure:
        typer.confirm(f"Erase everything about the user {user}? It cannot be undone.", abort=True)
    erase_person(Settings.load(), user)
    typer.echo("Erased, and noted in the ledger.")
