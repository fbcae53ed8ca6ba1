"""The board pack: what a list came to, on at most six pages, with all that a board asks of it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.report import Report
from prioritizer.domain.results import Ranking
from prioritizer.services.answers import decision
from prioritizer.services.cases import as_scenario
from prioritizer.services.comparison import compare
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.finance_workbook import File, conventions
from prioritizer.services.frontier import frontier_of
from prioritizer.services.learner import Learner
from prioritizer.services.learning import learn_of
from prioritizer.services.loading import scenario_files
from prioritizer.services.overview import proposed
from prioritizer.services.planner import Planner, Progress, silent
from prioritizer.services.plans import plan_of, require_feasible
from prioritizer.services.register import planned, register_of
from prioritizer.services.reporting import file_name
from prioritizer.words import sign


def board_pack(
    case: str | Path,
    on: date,
    *,
    beside: Sequence[str | Path] | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    threads: int | None = None,
    progress: Progress = silent,
) -> File:
    """The board pack of a scenario file as a PDF.

    Args:
        beside: scenario files that stand beside it; by default those in its folder.

    Raises:
        InputError: what is given does not fit together, or its demands contradict each other.
    """
    report = report_of_file(case, beside, draws, seed, threads, progress)
    return File(pack_name(report.ranking), pdf_of(report, on))


def pdf_of(report: Report, on: date) -> bytes:
    """A report as a PDF; equal reports give equal bytes on one day."""
    from prioritizer.export.board_pack.pack import board_pack as made  # only here: it loads the typesetter

    return made(report, on)


def pack_name(ranking: Ranking) -> str:
    """A name for the board pack of a run, another one for every run."""
    return file_name(ranking, "pdf").replace(".pdf", "-board-pack.pdf")


def report_of_file(
    case: str | Path,
    beside: Sequence[str | Path] | None,
    draws: int,
    seed: int,
    threads: int | None,
    progress: Progress = silent,
) -> Report:
    """The report of a scenario file, with the other scenarios beside it."""
    evaluation = evaluate(as_scenario(case), draws=draws, seed=seed, threads=threads)
    planner = Planner(evaluation.scenario, evaluation.run, evaluation.inputs, threads)
    report = report_of(evaluation, planner, progress=lambda share: progress(0.7 * share))
    others = [one.path for one in scenario_files(case)] if beside is None else [Path(case), *map(Path, beside)]
    if len(others) < 2:
        return report
    found = compare(
        others, against=Path(case).stem, draws=draws, seed=seed, regrets=False, threads=threads,
        progress=lambda share: progress(0.7 + 0.3 * share),
    )  # fmt: skip
    return report.model_copy(update={"comparison": found})


def report_of(
    evaluation: Evaluation, planner: Planner, head: str = "", draft: bool = True, progress: Progress = silent
) -> Report:
    """The report of a list, but for other scenarios.

    Raises InputError where the demands of its plan contradict each other.
    """
    plan = require_feasible(plan_of(planner, solved_draws=0))
    progress(0.2)
    company = evaluation.scenario.company
    frontier = frontier_of(planner) if company.budget else None
    progress(0.6)
    learning = None
    if evaluation.inputs is not None and any(one.pilot for one in evaluation.scenario.initiatives):
        learning = learn_of(Learner(planner, evaluation.inputs), assumptions=False)
    progress(0.9)
    return Report(
        answer=decision(proposed(plan), sign(company.currency)),
        ranking=evaluation.ranking,
        plan=plan,
        periods=tuple(company.period_name(period) for period in range(company.periods)),
        conventions=conventions(company),
        frontier=frontier,
        assumptions=register_of(evaluation, planned(planner, plan)),
        learning=learning,
        head=head,
        draft=draft,
    )
