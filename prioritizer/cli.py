"""The same services from a terminal. Ends with 0 on success and 2 where the input was at fault."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.errors import PrioritizerError
from prioritizer.language import _, ngettext, speak

Command = TypeVar("Command", bound=Callable[..., Any])

FAULT = 2
FORMATS = ("table", "json", "csv")

speak(os.environ.get("PRIORITIZER_LANGUAGE", "en"))


class FaultyInput(click.ClickException):
    """An error of ours, as click reports it."""

    exit_code = FAULT

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


@contextmanager
def complaints_shown() -> Iterator[None]:
    """Our errors as words on standard error and exit code 2; faults of the program crash loudly."""
    try:
        yield
    except PrioritizerError as error:
        raise FaultyInput(str(error)) from None


@contextmanager
def busy(what: str) -> Iterator[None]:
    """A spinner on standard error while something takes long; nothing where no person watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def output_options(command: Command) -> Command:
    """The options --format and --out of every command that prints a table."""
    command = click.option(
        "--out", type=click.Path(dir_okay=False, path_type=Path), is_eager=True, help=_("Write to this file.")
    )(command)
    choice = click.Choice(FORMATS)
    how = _("By default as --out ends, or a table.")
    return click.option("--format", "form", type=choice, callback=_form, is_eager=False, help=how)(command)


def _form(context: click.Context, _parameter: click.Parameter, given: str | None) -> str:
    """The form asked for, or the one that the file's name asks for."""
    out = context.params.get("out")
    return given or {".csv": "csv", ".json": "json"}.get(out.suffix.lower() if out else "", "table")


def run_options(command: Command) -> Command:
    """The options of a run."""
    command = click.option("--point", is_flag=True, help=_("Every uncertain number at its mean; no draws."))(command)
    command = click.option(
        "--seed", default=DEFAULT_SEED, show_default=True, help=_("Which random draws; 0 is a seed.")
    )(command)
    return click.option("--draws", default=DEFAULT_DRAWS, show_default=True, help=_("How many random draws."))(command)


def put_out(text: str, out: Path | None) -> None:
    """Print text, or write it to a file as a whole."""
    if out is None:
        click.echo(text, nl=not text.endswith("\n") and text != "")
        return
    partial = out.with_name(out.name + ".partial")
    try:
        if out.exists() and not out.is_file():
            partial = out  # a device or a pipe: nothing to replace
        partial.write_text(text, encoding="utf-8", newline="")
        if partial != out:
            partial.replace(out)
    except OSError as error:
        if partial != out:
            with suppress(OSError):
                partial.unlink()
        raise FaultyInput(
            _("{file}: {problem}. Choose another file.").format(file=out, problem=error.strerror)
        ) from None


def shape(form: str, record: Any, table: Callable[[], str], index: bool = True) -> str:
    """A result in the form asked for."""
    if form == "json":
        return record.model_dump_json(indent=2) + "\n"
    if form == "csv":
        from prioritizer.services.reporting import as_csv

        return as_csv(record, index=index)
    return table()


class Commands(click.Group):
    """The commands, printing what they say whatever the encoding: UTF-8 into files and pipes."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        stream = sys.stdout
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="replace") if stream.isatty() else stream.reconfigure(encoding="utf-8")
        return super().main(*args, **kwargs)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="prioritizer")
def main() -> None:
    """The commands below."""


main.help = _("One priority list by projected profit for customer experience initiatives.")


@main.command("rank", help=_("The priority list of a scenario file."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--switching", is_flag=True, help=_("Also the switching values; always in JSON."))
@run_options
@output_options
def rank_command(
    scenario: Path, switching: bool, draws: int, seed: int, point: bool, form: str, out: Path | None
) -> None:
    from prioritizer.terminal import ranking_table

    with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
        from prioritizer.services.evaluation import rank

        switching = switching or form == "json"
        ranking = rank(scenario, draws=draws, seed=seed, point=point, switching=switching)
    put_out(shape(form, ranking, lambda: ranking_table(ranking)), out)


@main.command("simulate", help=_("Customers, NPS and cash flow by period and group: without and with each initiative."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--initiative", "ids", multiple=True, help=_("Only this initiative; may be repeated."))
@run_options
@output_options
def simulate_command(
    scenario: Path, ids: tuple[str, ...], draws: int, seed: int, point: bool, form: str, out: Path | None
) -> None:
    from prioritizer.terminal import projection_table

    with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
        from prioritizer.services.evaluation import simulate

        projection = simulate(scenario, list(ids) or None, draws=draws, seed=seed, point=point)
    put_out(shape(form, projection, lambda: projection_table(projection), index=False), out)


@main.command("validate", help=_("Every complaint about company, initiative, scenario or mapping files."))
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@output_options
def validate_command(file: tuple[Path, ...], form: str, out: Path | None) -> None:
    from prioritizer.services.validation import Validation, validate

    found = {click.format_filename(path): validate(path) for path in file}
    complaints = [complaint for listed in found.values() for complaint in listed]
    for complaint in complaints:
        click.echo(str(complaint), err=True)
    result = Validation.of(found)
    if (text := shape(form, result, result.text, index=False)) or out:
        put_out(text, out)
    if complaints:
        count = ngettext("{count} complaint", "{count} complaints", len(complaints)).format(count=len(complaints))
        click.echo(count, err=True)
        sys.exit(FAULT)


@main.command(
    "estimate", help=_("Customer records → the groups of a company file, with the counts behind each number.")
)
@click.argument("records", nargs=-1, type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help=_("Which column means what; see docs/estimate.md."))
@output_options
def estimate_command(records: tuple[Path, ...], mapping: Path | None, form: str, out: Path | None) -> None:
    from prioritizer.terminal import estimate_table

    with complaints_shown(), busy(_("Counting…")):
        from prioritizer.services.estimation import estimate

        found = estimate(records, mapping)
    if out is not None and form == "table":
        put_out(found.text, out)  # the company file, with its gaps as comments
        out = None
    put_out(shape(form, found, lambda: estimate_table(found), index=False), out)


@main.command("app", help=_("The web application, on a scenario or company file; on the example without one."))
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option("--port", default=8501, show_default=True, help=_("Where it listens on this machine."))
def app_command(scenario: Path | None, port: int) -> None:
    from prioritizer.ui.server import serve

    with complaints_shown():
        if scenario is not None:
            from prioritizer.services.loading import open_file

            open_file(scenario)  # complaints belong here, before a browser is opened
        serve(scenario, port)
