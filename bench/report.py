"""The results as a table in Markdown and as a plot."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

OURS, TAPS = "coachbot", "coachbot, taps"
OWN_COLOUR: Final = "#b5651d"
OTHER_COLOUR: Final = "#8fa3ad"


def written(results: Mapping[str, Any]) -> str:
    """Return the results as Markdown, ready to stand between two markers of the README."""
    return "\n".join(
        [
            *_beside(results),
            "",
            *_ratios(results),
            "",
            *_stored(results),
            *_machine(results),
            "",
        ]
    )


def _beside(results: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "| bot | answers/s | lowest–highest | CPU ms an answer | p50 ms | p99 ms |"
        " longest pause ms | peak MB | lost on a kill | keeps |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|"
    for name, told in results["bots"].items():
        rate, cpu = told["answers_a_second"], told["cpu_an_answer"]
        cells = (
            name,
            f"**{rate['median']:.0f}**",
            f"{rate['lowest']:.0f}–{rate['highest']:.0f}",
            f"{cpu['median']:.2f}",
            *(f"{told[one]['median']:.0f}" for one in ("p50", "p99", "longest_pause")),
            f"{told['peak_memory']['median']:.0f}",
            _lost(results["killed"].get(name)),
            results["keeps"].get(name, "") if name != TAPS else "as above",
        )
        yield f"| {' | '.join(cells)} |"


def _lost(told: Mapping[str, int] | None) -> str:
    return f"{told['lost']} of {told['typed']}" if told else "–"


def _ratios(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield how many times a peer's rate this bot makes in the same run, and of its time."""
    if OURS not in results["bots"]:
        return
    others = [name for name in results["bots"] if name not in (OURS, TAPS)]
    own, peers = results["bots"][OURS], {name: results["bots"][name] for name in others}
    for what, said in (
        ("answers_a_second", "In the same run, this bot makes so many times the answers of"),
        ("cpu_an_answer", "It needs so many times the processor time of"),
    ):
        told = [
            f"{name} {own[what]['median'] / peer[what]['median']:.2f}"
            for name, peer in peers.items()
        ]
        if told:
            yield f"{said}: {'; '.join(told)}."


def _stored(results: Mapping[str, Any]) -> Iterator[str]:
    if not results["stored"]:
        return
    yield "| stored people | answers/s | CPU ms an answer | p99 ms | peak MB | against the fewest |"
    yield "|---:|---:|---:|---:|---:|---:|"
    first = next(iter(results["stored"].values()))["cpu_an_answer"]["median"]
    for people, told in results["stored"].items():
        cpu = told["cpu_an_answer"]["median"]
        cells = (
            f"{int(people):,}",
            f"{told['answers_a_second']['median']:.0f}",
            f"{cpu:.2f}",
            f"{told['p99']['median']:.0f}",
            f"{told['peak_memory']['median']:.0f}",
            f"{cpu / first:.2f} ×",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _machine(results: Mapping[str, Any]) -> Iterator[str]:
    told = results["machine"]
    yield (
        f"200 chats in a closed loop, ten typed questions, the bot on one core and the load on"
        f" another; medians of {results['rounds']} interleaved rounds. {told['processor']},"
        f" {told['cores']} cores, {told['memory']}, {told['system']}, Python {told['python']},"
        f" SQLite {told['sqlite']}; a commit to the disk takes {told['a commit to the disk']};"
        f" other guests of the same host took {told['taken by other guests']} meanwhile."
        f" {told['versions']}."
    )


def drawn(results: Mapping[str, Any], path: Path) -> None:
    """Draw rates beside each other, and cost by stored people."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), width_ratios=(3, 2))
    _draw_rates(left, results["bots"])
    _draw_stored(right, results["stored"])
    figure.tight_layout()
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)


def _draw_rates(axes: Any, bots: Mapping[str, Any]) -> None:  # noqa: ANN401  pyplot is untyped here
    names = list(bots)[::-1]
    rates = [bots[name]["answers_a_second"] for name in names]
    middles = [rate["median"] for rate in rates]
    spread = (
        [rate["median"] - rate["lowest"] for rate in rates],
        [rate["highest"] - rate["median"] for rate in rates],
    )
    colours = [OWN_COLOUR if name.startswith(OURS) else OTHER_COLOUR for name in names]
    axes.barh(names, middles, xerr=spread, color=colours, ecolor="#444444", capsize=3)
    for at, middle in enumerate(middles):
        axes.text(middle, at, f"  {middle:.0f}", va="bottom", fontsize=8)
    axes.set_xlabel("answers a second on one core")
    axes.spines[["top", "right"]].set_visible(False)


def _draw_stored(axes: Any, stored: Mapping[str, Any]) -> None:  # noqa: ANN401
    people = [int(many) for many in stored]
    costs = [told["cpu_an_answer"] for told in stored.values()]
    axes.errorbar(
        people,
        [cost["median"] for cost in costs],
        yerr=(
            [cost["median"] - cost["lowest"] for cost in costs],
            [cost["highest"] - cost["median"] for cost in costs],
        ),
        marker="o",
        color=OWN_COLOUR,
        capsize=3,
    )
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("stored people, ten answers each")
    axes.set_ylabel("CPU ms an answer")
    axes.spines[["top", "right"]].set_visible(False)
