"""The same services from a terminal. Ends with 0 on success and 2 where the input was at fault."""

import getpass
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.errors import PrioritizerError
from prioritizer.language import _, asked_for, ngettext, speak

Command = TypeVar("Command", bound=Callable[..., Any])

FAULT = 2
FORMATS = ("table", "json", "csv")

speak(asked_for())


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
    return draws_options(command)


def draws_options(command: Command) -> Command:
    """The options of a run that is nothing without draws."""
    command = click.option(
        "--seed", default=DEFAULT_SEED, show_default=True, help=_("Which random draws; 0 is a seed.")
    )(command)
    return click.option("--draws", default=DEFAULT_DRAWS, show_default=True, help=_("How many random draws."))(command)


def put_out(text: str, out: Path | None) -> None:
    """Print text, or write it to a file as a whole."""
    if out is None:
        click.echo(text, nl=not text.endswith("\n") and text != "")
        return
    write_out(text.encode("utf-8"), out)


def write_out(content: bytes, out: Path) -> None:
    """Write a file as a whole: it takes the place of another one only when it is complete."""
    partial = out.with_name(out.name + ".partial")
    try:
        if out.exists() and not out.is_file():
            partial = out  # a device or a pipe: nothing to replace
        partial.write_bytes(content)
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
@click.option(
    "--order",
    type=click.Choice(("profit", "funding")),
    help=_("By projected profit (the default), or the nested order for an uncertain budget."),
)
@click.option("--budget", type=float, help=_("Order by funding, with the line of this budget: see plan."))
@run_options
@output_options
def rank_command(
    scenario: Path,
    switching: bool,
    order: str | None,
    budget: float | None,
    draws: int,
    seed: int,
    point: bool,
    form: str,
    out: Path | None,
) -> None:
    from prioritizer.terminal.plans import order_table
    from prioritizer.terminal.rankings import ranking_table

    if order == "funding" or (budget is not None and order is None):
        with complaints_shown(), busy(_("Looking for the best order…")):
            from prioritizer.services.funding_order import order_of
            from prioritizer.services.planner import planner

            found = order_of(planner(scenario, draws=draws, seed=seed, point=point), budget=budget)
        put_out(shape(form, found, lambda: order_table(found)), out)
        return
    if budget is not None:
        rule = _(
            "--budget draws the line of a budget across the order by funding, not across that by projected profit."
        )
        raise FaultyInput(f"{rule} {_('Leave --order away, or give --order funding.')}")
    with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
        from prioritizer.services.evaluation import rank

        switching = switching or form == "json"
        ranking = rank(scenario, draws=draws, seed=seed, point=point, switching=switching)
    put_out(shape(form, ranking, lambda: ranking_table(ranking)), out)


@main.command("explain", help=_("One initiative: how sure its profit is, what it hangs on, why it stands there."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.argument("id")
@click.option("--plan", is_flag=True, help=_("Also find the plan: what overlaps take off what it would fund."))
@click.option("--cash-flow", is_flag=True, help=_("Instead: its cash flow by fiscal year, line by line."))
@run_options
@output_options
def explain_command(
    scenario: Path,
    id: str,
    plan: bool,
    cash_flow: bool,
    draws: int,
    seed: int,
    point: bool,
    form: str,
    out: Path | None,
) -> None:
    from prioritizer.terminal.cash_flow import cash_flow_table
    from prioritizer.terminal.explanations import explanation_table

    if cash_flow:
        if plan:
            raise click.UsageError(_("--plan and --cash-flow ask for different things: leave one of them away."))
        with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
            from prioritizer.services.cash_flow_statement import cash_flow_of

            lines = cash_flow_of(scenario, id, draws=draws, seed=seed, point=point)
        put_out(shape(form, lines, lambda: cash_flow_table(lines), index=False), out)
        return
    with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
        from prioritizer.services.explaining import explain

        found, evaluation = explain(scenario, id, draws=draws, seed=seed, point=point, plan=plan)
    put_out(shape(form, found, lambda: explanation_table(found, evaluation), index=False), out)


@main.command("assumptions", help=_("Every number with its source, owner, and how far it moves the profit."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--plan", is_flag=True, help=_("How far it moves what is planned, not what is worth doing."))
@click.option(
    "--weak", is_flag=True, help=_("Only what moves the profit and is weakly supported, by how much it moves.")
)
@run_options
@output_options
def assumptions_command(
    scenario: Path, plan: bool, weak: bool, draws: int, seed: int, point: bool, form: str, out: Path | None
) -> None:
    from prioritizer.terminal.explanations import register_table

    with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
        from prioritizer.services.register import assumptions
        from prioritizer.services.register_search import weakest

        found = assumptions(scenario, plan=plan, draws=draws, seed=seed, point=point)
        found = weakest(found) if weak else found
    put_out(shape(form, found, lambda: register_table(found), index=False), out)


@main.command("plan", help=_("What to fund and when, within budget, people and links."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--budget",
    type=float,
    help=_("Up to 10: a multiple of the company's budgets; more: an amount for all years together."),
)
@click.option(
    "--frontier", is_flag=True, help=_("Instead: what the best selection brings at 70 to 130 % of the budgets.")
)
@click.option("--cash-flow", is_flag=True, help=_("Instead: the cash flow of the plan by fiscal year, line by line."))
@run_options
@output_options
def plan_command(
    scenario: Path,
    budget: float | None,
    frontier: bool,
    cash_flow: bool,
    draws: int,
    seed: int,
    point: bool,
    form: str,
    out: Path | None,
) -> None:
    from prioritizer.terminal.cash_flow import cash_flow_table
    from prioritizer.terminal.plans import frontier_table, plan_table

    if frontier and cash_flow:
        raise click.UsageError(_("--frontier and --cash-flow ask for different things: leave one of them away."))
    with complaints_shown(), busy(_("Looking for the best plan…")):
        from prioritizer.services.cash_flow_statement import statement_of_plan
        from prioritizer.services.frontier import frontier_of
        from prioritizer.services.planner import planner
        from prioritizer.services.plans import SOLVED, plan_of

        made = planner(scenario, draws=draws, seed=seed, point=point)
        if frontier:
            found = frontier_of(made, budget=budget)
            put_out(shape(form, found, lambda: frontier_table(found), index=False), out)
            return
        plan = plan_of(made, budget, solved_draws=0 if cash_flow else SOLVED)
        if cash_flow and plan.feasible:
            lines = statement_of_plan(made, plan)
            put_out(shape(form, lines, lambda: cash_flow_table(lines), index=False), out)
            return
    put_out(shape(form, plan, lambda: plan_table(plan), index=False), out)
    _end_with(demand.text for demand in plan.conflict)


@main.command("compare", help=_("Scenarios side by side: outcomes, ranks, what a wrong choice costs, what differs."))
@click.argument("scenarios", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCENARIO…")
@click.option(
    "--against",
    help=_("The name of the file, without its ending, that the others are compared with; the base by default."),
)
@click.option("--no-regrets", is_flag=True, help=_("Leave out what is lost where an initiative is chosen otherwise."))
@run_options
@output_options
def compare_command(
    scenarios: tuple[Path, ...],
    against: str | None,
    no_regrets: bool,
    draws: int,
    seed: int,
    point: bool,
    form: str,
    out: Path | None,
) -> None:
    from prioritizer.terminal.comparison import comparison_table

    with complaints_shown(), busy(_("Comparing scenarios…")):
        from prioritizer.services.comparison import compare

        found = compare(scenarios, against=against, draws=draws, seed=seed, point=point, regrets=not no_regrets)
    put_out(shape(form, found, lambda: comparison_table(found), index=False), out)


@main.command("workbook", help=_("The finance workbook: every figure at the means as a formula down to the inputs."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help=_("The file to write; by default one with the run's name.")
)
@draws_options
def workbook_command(scenario: Path, out: Path | None, draws: int, seed: int) -> None:
    with complaints_shown(), busy(_("Writing the workbook…")):
        from datetime import date

        from prioritizer.services.finance_workbook import workbook

        made = workbook(scenario, date.today(), draws=draws, seed=seed)
    target = out or Path(made.name)
    write_out(made.content, target)
    click.echo(_("Written: {file}").format(file=target))


@main.command(
    "report", help=_("The board pack: what to fund, why, and what it hangs on, on at most six pages as a PDF.")
)
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--beside",
    multiple=True,
    type=click.Path(path_type=Path),
    help=_("A scenario file that stands beside it; may be repeated. By default those in its folder."),
)
@click.option(
    "--out", type=click.Path(path_type=Path), help=_("The file to write; one named after the run by default.")
)
@draws_options
def report_command(scenario: Path, beside: tuple[Path, ...], out: Path | None, draws: int, seed: int) -> None:
    with complaints_shown(), busy(_("Writing the board pack…")):
        from datetime import date

        from prioritizer.services.board_pack import board_pack

        made = board_pack(scenario, date.today(), beside=beside or None, draws=draws, seed=seed)
    target = out or Path(made.name)
    write_out(made.content, target)
    click.echo(_("Written: {file}").format(file=target))


@main.command("delivered", help=_("What recorded outcomes suggest for the table of delivered ÷ claimed."))
@click.argument("outcomes", type=click.Path(path_type=Path))
@click.option(
    "--company",
    type=click.Path(path_type=Path),
    help=_("The company or scenario file whose table stands beside it; without one the outcomes speak alone."),
)
@output_options
def delivered_command(outcomes: Path, company: Path | None, form: str, out: Path | None) -> None:
    from prioritizer.terminal.bridges import delivered_table

    with complaints_shown():
        from prioritizer.services.outcomes import delivered

        found = delivered(outcomes, company)
    put_out(shape(form, found, lambda: delivered_table(found), index=False), out)


@main.command("learn", help=_("What to find out before funding: what to test first, and what knowing is worth."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--budget", type=float, help=_("As for plan."))
@click.option("--tests-only", is_flag=True, help=_("Leave out what knowing single assumptions would be worth."))
@click.option(
    "--result",
    "results",
    type=(str, str, float, float),
    multiple=True,
    metavar="ID LEVER SIZE ERROR",
    help=_("Instead: what is believed after a pilot that measured a lever, and its standard error; may be repeated."),
)
@draws_options
@output_options
def learn_command(
    scenario: Path,
    budget: float | None,
    tests_only: bool,
    results: tuple[tuple[str, str, float, float], ...],
    draws: int,
    seed: int,
    form: str,
    out: Path | None,
) -> None:
    from prioritizer.terminal.learning import after_pilot_table, learning_table

    if results:
        with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
            from prioritizer.services.pilot_results import after_pilot, measured_of

            believed = after_pilot(scenario, measured_of(results), draws=draws, seed=seed)
        put_out(shape(form, believed, lambda: after_pilot_table(believed), index=False), out)
        return
    with complaints_shown(), busy(_("Looking for what is worth testing…")):
        from prioritizer.services.cases import as_scenario
        from prioritizer.services.learning import learn

        case = as_scenario(scenario)
        found = learn(case, budget=budget, draws=draws, seed=seed, assumptions=not tests_only)
    periods = tuple(case.company.period_name(period) for period in range(case.company.periods))
    put_out(shape(form, found, lambda: learning_table(found, periods), index=False), out)


@main.command("simulate", help=_("Customers, NPS and cash flow by period and group: without and with each initiative."))
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--initiative", "ids", multiple=True, help=_("Only this initiative; may be repeated."))
@run_options
@output_options
def simulate_command(
    scenario: Path, ids: tuple[str, ...], draws: int, seed: int, point: bool, form: str, out: Path | None
) -> None:
    from prioritizer.terminal.rankings import projection_table

    with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
        from prioritizer.services.evaluation import simulate

        projection = simulate(scenario, list(ids) or None, draws=draws, seed=seed, point=point)
    put_out(shape(form, projection, lambda: projection_table(projection), index=False), out)


@main.command("validate", help=_("Every complaint about company, initiative, scenario, mapping or outcome files."))
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
    from prioritizer.terminal.estimates import estimate_table

    with complaints_shown(), busy(_("Counting…")):
        from prioritizer.services.estimation import estimate

        found = estimate(records, mapping)
    if out is not None and form == "table":
        put_out(found.text, out)  # the company file, with its gaps as comments
        out = None
    put_out(shape(form, found, lambda: estimate_table(found), index=False), out)


@main.command("evidence", help=_("The facts of the evidence library; with words, those that have all of them."))
@click.argument("words", nargs=-1)
@output_options
def evidence_command(words: tuple[str, ...], form: str, out: Path | None) -> None:
    from prioritizer.services.library import found
    from prioritizer.terminal.evidence import facts_table

    listed = found(" ".join(words))
    put_out(shape(form, listed, lambda: facts_table(listed), index=False), out)


@main.command("templates", help=_("The kinds of initiative from which a department may start."))
@output_options
def templates_command(form: str, out: Path | None) -> None:
    from prioritizer.services.templates import template_list
    from prioritizer.terminal.evidence import templates_table

    listed = template_list()
    put_out(shape(form, listed, lambda: templates_table(listed), index=False), out)


@main.command("app", help=_("The web application: on a file, on a workspace, or a demonstration without either."))
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option("--workspace", type=click.Path(path_type=Path), help=_("Serve this workspace; people sign in to it."))
@click.option("--port", default=8501, show_default=True, help=_("Where it listens on this machine."))
@click.option("--address", default="127.0.0.1", show_default=True, help=_("Which of this machine's addresses it has."))
@click.option("--host", "hosts", multiple=True, help=_("A name under which browsers reach it; may be repeated."))
def app_command(scenario: Path | None, workspace: Path | None, port: int, address: str, hosts: tuple[str, ...]) -> None:
    from prioritizer.ui.server import serve

    with complaints_shown():
        require_servable(scenario, workspace)  # complaints belong here, before a browser is opened
        serve(scenario or workspace, port, address, hosts, signs_in=workspace is not None)


def require_servable(scenario: Path | None, workspace: Path | None) -> None:
    """Raise what is wrong with the file or the workspace that is to be served; there may be neither."""
    from prioritizer.errors import Complaint, InputError

    if scenario is not None and workspace is not None:
        raise InputError([Complaint(_("a file and a workspace cannot be served together"), _("Give one of them."))])
    if scenario is not None:
        from prioritizer.services.loading import open_file

        open_file(scenario)
    if workspace is not None:
        from prioritizer.services.people import people
        from prioritizer.ui.served import FILES

        people(workspace)
        if workspace.suffix.lower() in FILES:
            rule = _("is a workspace under the name of a scenario file")
            raise InputError([Complaint(rule, _("Rename it, as workspace.db for example."), value=workspace.name)])


def workspace_option(command: Command) -> Command:
    """The option --workspace of every command on a workspace."""
    where = _("The workspace's file; by default PRIORITIZER_WORKSPACE, or workspace.db in this folder.")
    path = click.Path(path_type=Path)
    option = click.option("--workspace", type=path, envvar="PRIORITIZER_WORKSPACE", default="workspace.db", help=where)
    return option(command)


def person_option(command: Command) -> Command:
    """The option --as of every command that the workspace lets only some people use."""
    who = _("Who you are in the workspace; by default PRIORITIZER_PERSON, or your name on this machine.")
    return click.option("--as", "who", envvar="PRIORITIZER_PERSON", default=getpass.getuser, help=who)(command)


@main.command("init", help=_("Make a workspace; you are its first person, an admin."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "scenario", type=click.Path(path_type=Path), help=_("Begin with this scenario or company file.")
)
@person_option
def init_command(file: Path, scenario: Path | None, who: str) -> None:
    with complaints_shown():
        from prioritizer.services.workspace import create

        imported = create(file, who, [scenario] if scenario else [])
    made = _("{file} is made; {who} is its admin. Head of the history: {head}")
    click.echo(made.format(file=file, who=who, head=imported.head))


@main.group("user", help=_("The people of a workspace."))
def user_group() -> None:
    """add, list, invite, disable."""


@user_group.command("add", help=_("Add somebody to the workspace."))
@click.argument("id")
@click.option("--name", help=_("By default the id."))
@click.option("--role", "roles", multiple=True, required=True, help=_("A role; may be repeated."))
@click.option("--department", help=_("The department that they submit for."))
@workspace_option
@person_option
def user_add_command(
    id: str, name: str | None, roles: tuple[str, ...], department: str | None, workspace: Path, who: str
) -> None:
    with complaints_shown():
        from prioritizer.services.people import add_person, new_person

        add_person(workspace, new_person(id, name, roles, department), who)


@user_group.command("list", help=_("Everybody in the workspace, with their roles."))
@workspace_option
@output_options
def user_list_command(workspace: Path, form: str, out: Path | None) -> None:
    with complaints_shown():
        from prioritizer.services.people import people

        found = people(workspace)
    put_out(shape(form, found, found.text, index=False), out)


@user_group.command("invite", help=_("Invite somebody to set a password; prints the page where they do, once."))
@click.argument("id")
@workspace_option
@person_option
def user_invite_command(id: str, workspace: Path, who: str) -> None:
    with complaints_shown():
        from prioritizer.services.sign_in import invite

        token = invite(workspace, id, who)
    click.echo(f"/invitation?token={token}")


@user_group.command("disable", help=_("Let somebody do nothing any more; what they did stays."))
@click.argument("id")
@workspace_option
@person_option
def user_disable_command(id: str, workspace: Path, who: str) -> None:
    with complaints_shown():
        from prioritizer.services.people import disable_person

        disable_person(workspace, id, who)


@main.command("import", help=_("Take scenario or company files, with all that they name, into the workspace."))
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@workspace_option
@person_option
@output_options
def import_command(file: tuple[Path, ...], workspace: Path, who: str, form: str, out: Path | None) -> None:
    with complaints_shown():
        from prioritizer.services.workspace import import_files

        imported = import_files(workspace, file, who)
    put_out(shape(form, imported, imported.text, index=False), out)


@main.command("export", help=_("Write company, initiatives and scenarios of the workspace as files into a new folder."))
@click.argument("folder", type=click.Path(path_type=Path))
@workspace_option
@person_option
def export_command(folder: Path, workspace: Path, who: str) -> None:
    with complaints_shown():
        from prioritizer.services.workspace import export_files

        exchange = export_files(workspace, folder, who)
    written = _("{folder}: the company; initiatives: {initiatives}; scenarios: {scenarios}")
    counts = {"initiatives": len(exchange.initiatives), "scenarios": len(exchange.scenarios)}
    click.echo(written.format(folder=folder, **counts))


@main.command("backup", help=_("A checked copy of the workspace in one file, while others work."))
@click.argument("file", type=click.Path(path_type=Path))
@workspace_option
@person_option
def backup_command(file: Path, workspace: Path, who: str) -> None:
    with complaints_shown():
        from prioritizer.services.workspace import back_up

        found = back_up(workspace, file, who)
    click.echo(_("{file}: {entries} entries, head {head}").format(file=file, entries=found.entries, head=found.head))


@main.command("restore", help=_("Put a backup in the place of the workspace, after it was checked."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--why", default="", help=_("What the history is to say about it."))
@workspace_option
@person_option
def restore_command(file: Path, why: str, workspace: Path, who: str) -> None:
    with complaints_shown():
        from prioritizer.services.workspace import restore

        kept = restore(workspace, file, who, why)
    click.echo(_("{file} took the place of {workspace}").format(file=file, workspace=workspace))
    if kept is not None:
        click.echo(_("What was there before is kept as {file}").format(file=kept))


@main.command("doctor", help=_("Is the workspace's file sound, is there room, did anything stay behind?"))
@workspace_option
@output_options
def doctor_command(workspace: Path, form: str, out: Path | None) -> None:
    with complaints_shown():
        from prioritizer.services.workspace import doctor

        found = doctor(workspace)
    put_out(shape(form, found, found.text, index=False), out)
    _end_with(found.faults)


@main.command("rerun", help=_("Make a published run again, or a list kept as JSON, and compare every figure."))
@click.argument("run")
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    help=_("Make it from this file: RUN is a list kept as JSON, or an id. Without it, RUN is in the workspace."),
)
@run_options
@workspace_option
@person_option
@output_options
def rerun_command(
    run: str,
    scenario: Path | None,
    draws: int,
    seed: int,
    point: bool,
    workspace: Path,
    who: str,
    form: str,
    out: Path | None,
) -> None:
    from prioritizer.terminal.reruns import rerun_table, verdict

    kept = Path(run)
    is_file = kept.suffix.lower() == ".json" or len(kept.parts) > 1
    if scenario is None and is_file:
        rule = _("{file}: a list kept as JSON is made again from the file that it was made from.").format(file=run)
        raise FaultyInput(f"{rule} {_('Name that with --scenario.')}")
    with complaints_shown(), busy(_("Simulating… (the first run on a machine also compiles the engine)")):
        from prioritizer.services.rerun import rerun, rerun_id, rerun_result

        if scenario is None:
            found = rerun(workspace, run, who)
        elif is_file or kept.is_file():
            found = rerun_result(kept, scenario)
        else:
            found = rerun_id(run, scenario, draws=draws, seed=seed, point=point)
    put_out(shape(form, found, lambda: rerun_table(found), index=False), out)
    _end_with([] if found.same else [verdict(found)])


@main.group("audit", help=_("The history of a workspace."))
def audit_group() -> None:
    """verify."""


@audit_group.command("verify", help=_("Find entries and contents that were changed, removed, reordered or cut off."))
@click.option("--head", help=_("A head of the history that was kept elsewhere: shows whether entries were cut off."))
@workspace_option
@output_options
def audit_verify_command(head: str | None, workspace: Path, form: str, out: Path | None) -> None:
    with complaints_shown():
        from prioritizer.services.workspace import verify

        found = verify(workspace, head)
    put_out(shape(form, found, found.text, index=False), out)
    _end_with(found.findings)


def _end_with(faults: Iterable[object]) -> None:
    """What was found on standard error, and exit code 2 where there is any."""
    listed = [str(fault) for fault in faults]
    for fault in listed:
        click.echo(fault, err=True)
    if listed:
        sys.exit(FAULT)
