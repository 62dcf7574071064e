"""The operator's commands that need the control database or the event store.

They call the running analyzer when there is one, else they open the files of the data folder themselves.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.analyzer import file_commands
from services.analyzer.offline import Unreachable, open_analyzer
from services.analyzer.sheet_file import SheetError, read_column

app = typer.Typer(no_args_is_help=True)
site_app = typer.Typer(help="Sites of this installation.", no_args_is_help=True)
key_app = typer.Typer(help="Keys of a site.", no_args_is_help=True)
segment_app = typer.Typer(help="Named sets of persons.", no_args_is_help=True)
app.add_typer(file_commands.app)
app.add_typer(site_app, name="site")
app.add_typer(key_app, name="key")
app.add_typer(segment_app, name="segment")

DataDir = Annotated[
    Path, typer.Option("--data-dir", envvar="KIKKAKE_DATA_DIR", help="Folder of an embedded installation.")
]
Url = Annotated[str, typer.Option("--url", envvar="KIKKAKE_URL", help="Address of a running analyzer.")]
Key = Annotated[
    str, typer.Option("--key", envvar="KIKKAKE_KEY", help="Admin key or secret key; default: the data folder's.")
]
SiteOption = Annotated[str | None, typer.Option("--site", help="Id of the site; default: all, or the key's own.")]
HERE = Path(".kikkake")
VALUES_AT_ONCE = 100_000


@app.command("run")
def run_job(
    job: Annotated[str, typer.Argument(help="Name of the job, e.g. moments; `GET /v1/jobs` lists all.")],
    site: SiteOption = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return when the results can be read.")] = False,
    data_dir: DataDir = HERE,
    url: Url = "",
    key: Key = "",
) -> None:
    """Run an analyzer job now."""
    with _open(data_dir, url, key) as analyzer:
        # Without a running analyzer nobody would go on with the job after this command.
        run = analyzer.post(f"/v1/jobs/{job}/run", {"wait": wait or analyzer.is_own}, site=site)
    typer.echo(json.dumps(run, ensure_ascii=False, indent=2))
    if run["status"] in ("failed", "interrupted"):
        raise typer.Exit(1)


@app.command("export")
def export_messages(
    file: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    start: Annotated[str | None, typer.Option("--from", help="First time or day, inclusive.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last time or day, exclusive.")] = None,
    site: SiteOption = None,
    data_dir: DataDir = HERE,
    url: Url = "",
    key: Key = "",
) -> None:
    """Write stored messages to a Parquet file, after storing what the log holds."""
    with _open(data_dir, url, key) as analyzer:
        query = {name: value for name, value in (("from", start), ("to", end)) if value is not None}
        size = analyzer.download("/v1/export", file, query=query, site=site)
    typer.echo(f"{file}: {size:,} bytes")


@app.command("forget")
def forget(
    visitor: Annotated[str, typer.Option("--visitor", help="Id of one browser (anonymousId).")] = "",
    user: Annotated[str, typer.Option("--user", help="Id of a user; its own visitors go with it.")] = "",
    site: SiteOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    data_dir: DataDir = HERE,
    url: Url = "",
    key: Key = "",
) -> None:
    """Erase a person everywhere: log, store, profiles, segments, reports. It cannot be undone."""
    if bool(visitor) == bool(user):
        raise typer.BadParameter("name either --visitor or --user")
    if not yes:
        typer.confirm(f"Erase everything about {visitor or user!r}?", abort=True)
    with _open(data_dir, url, key) as analyzer:
        site = _choose_site(analyzer, site, url)
        found = analyzer.post("/v1/forget", {"visitor": visitor} if visitor else {"user": user}, site=site)
    typer.echo(f"{_count(found['messages'], 'message')} of {_count_ids(found)} erased")
    if found["shared_visitors"]:
        shared = ", ".join(found["shared_visitors"])
        typer.echo(f"visitors that other users were, too, of which only messages naming this user went: {shared}")


def _count_ids(found: dict[str, Any]) -> str:
    counts = ((len(found["users"]), "user id"), (len(found["visitors"]), "visitor"))
    return " and ".join(_count(count, word) for count, word in counts if count)


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


@site_app.command("create")
def create_site(
    name: Annotated[str, typer.Argument(help="Name of the site.")],
    id: Annotated[str | None, typer.Option("--id", help="Id of the site; made when absent.")] = None,  # noqa: A002
    currency: Annotated[str, typer.Option(help="ISO 4217 code.")] = "USD",
    time_zone: Annotated[str, typer.Option(help="IANA time zone.")] = "UTC",
    origin: Annotated[list[str] | None, typer.Option(help="Allowed origin; may be repeated; none allows any.")] = None,
    data_dir: DataDir = HERE,
    url: Url = "",
    key: Key = "",
) -> None:
    """Create a site and print it with its keys; the secret key is shown only now."""
    body = {"name": name, "currency": currency, "time_zone": time_zone, "origins": origin or []}
    if id is not None:
        body["id"] = id
    with _open(data_dir, url, key) as analyzer:
        typer.echo(json.dumps(analyzer.post("/v1/sites", body), ensure_ascii=False, indent=2))


@site_app.command("list")
def list_sites(data_dir: DataDir = HERE, url: Url = "", key: Key = "") -> None:
    """List the sites."""
    with _open(data_dir, url, key) as analyzer:
        for site in analyzer.list_all("/v1/sites"):
            typer.echo(f"{site['id']}\t{site['name']}\t{site['time_zone']}\t{site['currency']}")


@key_app.command("rotate")
def rotate_key(
    site: Annotated[str, typer.Argument(help="Id of the site.")],
    kind: Annotated[str, typer.Argument(help="write, secret or signing.")],
    data_dir: DataDir = HERE,
    url: Url = "",
    key: Key = "",
) -> None:
    """Replace the keys of one kind; the old ones stop working within a second."""
    with _open(data_dir, url, key) as analyzer:
        typer.echo(json.dumps(analyzer.post(f"/v1/sites/{site}/keys", {"kind": kind}), indent=2))


@segment_app.command("import")
def import_segment(
    file: Annotated[Path, typer.Argument(help="CSV or TSV, UTF-8 or Shift_JIS.", exists=True, dir_okay=False)],
    name: Annotated[str, typer.Option("--name", help="Name of the segment; the file's without.")] = "",
    column: Annotated[
        str | None, typer.Option("--column", help="Column that says who: its name, or its number from 1.")
    ] = None,
    kind: Annotated[
        str, typer.Option("--kind", help="auto, user_id, anonymous_id, email or email_sha256: what it holds.")
    ] = "auto",
    site: SiteOption = None,
    data_dir: DataDir = HERE,
    url: Url = "",
    key: Key = "",
) -> None:
    """Make a list segment of the known persons in a sheet."""
    try:
        values = read_column(file, column)
    except SheetError as error:
        typer.echo(f"kikkake: {error}", err=True)
        raise typer.Exit(1) from None
    persons: dict[str, None] = {}
    matched = unmatched = 0
    examples: list[str] = []
    with _open(data_dir, url, key) as analyzer:
        site = _choose_site(analyzer, site, url)
        for start in range(0, len(values), VALUES_AT_ONCE):
            body = {"kind": kind, "values": values[start : start + VALUES_AT_ONCE]}
            found = analyzer.post("/v1/segments/match", body, site=site)
            # What the first part turned out to hold, the others hold, too.
            kind = found["kind"]
            persons |= dict.fromkeys(found["persons"])
            matched, unmatched = matched + found["matched"], unmatched + found["unmatched"]
            examples += found["examples"]
        typer.echo(f"{matched:,} entries known by {kind}, {unmatched:,} unknown")
        if examples:
            typer.echo(f"unknown, for instance: {', '.join(examples[:10])}")
        if not persons:
            raise typer.Exit(1)
        made = {"name": name or file.stem, "kind": "list", "members": list(persons)}
        segment = analyzer.post("/v1/segments", made, site=site)
    typer.echo(f"segment {segment['id']}: {_count(len(persons), 'person')}")


def _choose_site(analyzer: "open_analyzer", site: str | None, url: str) -> str | None:
    """Return the site that a command is about; the admin's key opens all, and an id may be somebody else elsewhere."""
    if site or url:
        return site
    sites = [one["id"] for one in analyzer.list_all("/v1/sites")]
    if len(sites) != 1:
        raise typer.BadParameter(f"name the site by --site: {', '.join(sites) or 'there is none yet'}")
    return str(sites[0])


def _open(data_dir: Path, url: str, key: str) -> "open_analyzer":
    try:
        return open_analyzer(data_dir, url=url, key=key)
    except Unreachable as error:
        typer.echo(f"kikkake: {error}", err=True)
        raise typer.Exit(1) from None
