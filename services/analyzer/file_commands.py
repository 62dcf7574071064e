"""The operator's commands that work on a plain file: `attribute`, `compare`, `evaluate`.

They need no installation; the same code computes the reports.
"""

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from services.analyzer.attribution.markov import attribute_by_removal
from services.analyzer.attribution.paths import Credit
from services.analyzer.attribution.paths import Path as Journey
from services.analyzer.attribution.rules import attribute_by_rule
from services.analyzer.stats import experiments
from services.analyzer.stats.off_policy import evaluate_policy

app = typer.Typer()

File = Annotated[Path, typer.Argument(help="CSV file with a header line.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
INTERVALS = (("ci_low", "ci_high"), ("always_valid_low", "always_valid_high"))
MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "markov", "shapley")


class FileError(Exception):
    """The file cannot be used; the message says where and why."""


@app.command("attribute")
def attribute(
    file: File,
    order: Annotated[int, typer.Option(help="Steps that a Markov state remembers.", min=1, max=10)] = 1,
    without_null: Annotated[bool, typer.Option("--without-null", help="Leave paths out that did not convert.")] = False,
    as_json: AsJson = False,
) -> None:
    """Share conversions out among channels.

    Columns: path (steps parted by " > "), conversions, value, non_conversions.
    """
    paths = _or_exit(lambda: list(_read_paths(file)))
    markov = attribute_by_removal(paths, order=order, with_null=not without_null)
    models = {name: markov.credits if name == "markov" else attribute_by_rule(paths, name) for name in MODELS}
    report = {
        "conversions": math.fsum(path.conversions for path in paths),
        "value": math.fsum(path.value for path in paths),
        "models": {name: [asdict(credit) for credit in credits_] for name, credits_ in models.items()},
        "removal_effects": markov.removal_effects,
    }
    if as_json:
        _print_json(report)
        return
    by_channel = {name: {credit.channel: credit for credit in credits_} for name, credits_ in models.items()}
    table = Table(title=f"{report['conversions']:g} conversions", box=SIMPLE)
    table.add_column("channel", no_wrap=True)
    for heading in (*MODELS, "removal"):
        table.add_column(heading.replace("_", " "), justify="right")
    for credit in models["markov"]:
        owed = [_find_conversions(by_channel[name], credit.channel) for name in MODELS]
        table.add_row(credit.channel, *owed, f"{markov.removal_effects[credit.channel]:.2f}")
    Console().print(table)


@app.command("compare")
def compare(
    file: File,
    weights: Annotated[
        str | None, typer.Option(help="Weights that visitors were divided by, e.g. 0.5,0.5; default: equal.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare variants with the control, which is the first row.

    Columns: variant, visitors, conversions, and for a value a visitor: sum, sum_of_squares.
    """
    names, arms = _or_exit(lambda: _read_arms(file))
    shares = _or_exit(lambda: _read_weights(weights, len(arms)))
    comparisons = []
    for name, arm in zip(names[1:], arms[1:], strict=True):
        found = {"conversion": experiments.compare_conversion(arms[0], arm)}
        if arm.total is not None:
            found["value"] = experiments.compare_value(arms[0], arm)
        comparisons += [{"variant": name, "metric": metric, **asdict(one)} for metric, one in found.items()]
    report: dict[str, Any] = {
        "srm_p": experiments.check_sample_ratio([arm.visitors for arm in arms], shares),
        "comparisons": comparisons,
        "always_valid": {
            "method": "normal_mixture",
            "alpha": experiments.ALPHA,
            "tuned_for_visitors": experiments.TUNED_FOR,
        },
    }
    if as_json:
        _print_json(report)
        return
    table = Table(title=f"against {names[0]}", box=SIMPLE)
    for heading in ("variant", "metric", "difference", "95 %", "p", "at every look", "chance to win"):
        table.add_column(heading)
    for one in comparisons:
        interval, always = (f"{_show(one[low])} to {_show(one[high])}" for low, high in INTERVALS)
        figures = (_show(one["difference"]), interval, _show(one["p_value"]), always, _show(one["chance_to_win"]))
        table.add_row(str(one["variant"]), str(one["metric"]), *figures)
    console = Console()
    console.print(table)
    console.print(f"Sample ratio: p = {_show(report['srm_p'])}. Always-valid intervals hold at every look.")


@app.command("evaluate")
def evaluate(file: File, as_json: AsJson = False) -> None:
    """Say what another policy would have earned.

    Columns: action, reward, propensity, target_propensity, and for the doubly robust estimate: q_logged, q_target.
    """
    columns = _or_exit(lambda: _read_decisions(file))
    found = evaluate_policy(**columns)
    report = {name: value for name, value in asdict(found).items() if name != "dr" or value is not None}
    if as_json:
        _print_json(report)
        return
    table = Table("estimator", "mean reward", "low", "high", box=SIMPLE)
    for name in ("ips", "snips", "dr"):
        if name in report:
            table.add_row(name, *(_show(report[name][field]) for field in ("estimate", "ci_low", "ci_high")))
    console = Console()
    console.print(table)
    console.print(
        f"Effective sample size {found.ess:,.0f}; mean weight {found.mean_weight:.3g}, largest {found.max_weight:.3g}."
    )
    for warning in found.warnings:
        console.print(f"[bold]Warning:[/bold] {warning}")


def _read_paths(file: Path) -> Iterator[Journey]:
    for number, row in _read_rows(file, ("path", "conversions")):
        steps = tuple(step.strip() for step in row["path"].split(">"))
        if not all(steps):
            raise FileError(f"{file.name}, row {number}: path has an empty step")
        yield Journey(
            steps,
            _read_number(file, number, row, "conversions"),
            _read_number(file, number, row, "value", 0.0),
            _read_number(file, number, row, "non_conversions", 0.0),
        )


def _read_arms(file: Path) -> tuple[list[str], list[experiments.Arm]]:
    names, arms = [], []
    for number, row in _read_rows(file, ("variant", "visitors", "conversions")):
        visitors = _read_count(file, number, row, "visitors")
        conversions = _read_count(file, number, row, "conversions")
        if conversions > visitors:
            raise FileError(
                f"{file.name}, row {number} ({row['variant']}): {conversions} conversions of {visitors} visitors"
            )
        has_value = bool(row.get("sum")) and bool(row.get("sum_of_squares"))
        total = _read_number(file, number, row, "sum", lowest=-math.inf) if has_value else None
        squares = _read_number(file, number, row, "sum_of_squares") if has_value else None
        names.append(row["variant"])
        arms.append(experiments.Arm(visitors, conversions, total, squares))
    if len(arms) < 2:
        raise FileError(f"{file.name}: a comparison needs a control and at least one variant")
    if len(set(names)) < len(names):
        raise FileError(f"{file.name}: every variant needs a row and a name of its own")
    return names, arms


def _read_weights(text: str | None, arms: int) -> list[float] | None:
    if text is None:
        return None
    try:
        shares = [float(part) for part in text.split(",")]
        experiments.check_sample_ratio([0] * arms, shares)
    except ValueError as error:
        raise FileError(f"--weights {text}: {error}") from error
    return shares


def _read_decisions(file: Path) -> dict[str, Any]:
    names = ["reward", "propensity", "target_propensity"]
    columns: dict[str, list[float]] = {}
    for number, row in _read_rows(file, ("action", *names)):
        if not columns:
            names += [name for name in ("q_logged", "q_target") if name in row]
            if len(names) == 4:
                raise FileError(f"{file.name}: q_logged and q_target come together or not at all")
            columns = {name: [] for name in names}
        for name in names:
            columns[name].append(_read_number(file, number, row, name, lowest=-math.inf))
        if not 0 < columns["propensity"][-1] <= 1:
            raise FileError(f"{file.name}, row {number}: propensity must be above 0 and at most 1")
        if not 0 <= columns["target_propensity"][-1] <= 1:
            raise FileError(f"{file.name}, row {number}: target_propensity must lie between 0 and 1")
    if not columns:
        raise FileError(f"{file.name}: there are no rows")
    return {name: np.array(values) for name, values in columns.items()}


def _read_rows(file: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows with their number in the file; the header is row 1."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            header = [name.strip() for name in reader.fieldnames or []]
            missing = [name for name in needed if name not in header]
            if missing:
                raise FileError(f"{file.name}: the header lacks {', '.join(missing)}")
            reader.fieldnames = header
            for row in reader:
                if None in row or any(row[name] is None for name in needed):
                    raise FileError(f"{file.name}, row {reader.line_num}: {len(header)} columns are needed")
                yield reader.line_num, {name: (value or "").strip() for name, value in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{file}: {error}") from error


def _read_number(
    file: Path, number: int, row: dict[str, str], name: str, default: float | None = None, *, lowest: float = 0.0
) -> float:
    text = row.get(name, "")
    if not text and default is not None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < lowest:
        wanted = "a number" if lowest == -math.inf else "a number of at least 0"
        raise FileError(f"{file.name}, row {number}: {name} must be {wanted}, not {text!r}")
    return value


def _read_count(file: Path, number: int, row: dict[str, str], name: str) -> int:
    value = _read_number(file, number, row, name)
    if value != int(value):
        raise FileError(f"{file.name}, row {number}: {name} must be a whole number, not {row[name]!r}")
    return int(value)


def _or_exit(read: Any) -> Any:
    try:
        return read()
    except FileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _find_conversions(credits_: dict[str, Credit], channel: str) -> str:
    return f"{credits_[channel].conversions:,.1f}"


def _show(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def _print_json(report: Any) -> None:
    typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
