"""A run made again from what it was made of, and held against the figures that were kept of it."""

from collections.abc import Iterable
from pathlib import Path

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.record import nearest
from prioritizer.domain.reruns import (
    Figure,
    KeptResult,
    Publication,
    Rerun,
    RunFigures,
    Value,
    compared,
    figures_by_place,
)
from prioritizer.domain.results import Ranking, Run
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.workspace import ItemKind
from prioritizer.engine.version import MODEL_VERSION
from prioritizer.errors import Complaint, UnknownName
from prioritizer.language import _, ngettext
from prioritizer.services.access import Action, require
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import evaluate, rank
from prioritizer.services.people import person_of
from prioritizer.services.run_figures import run_figures
from prioritizer.services.runs import identify
from prioritizer.services.shared import scenario_of_run
from prioritizer.store.results import read_result
from prioritizer.store.workspace import Workspace

MOST_NAMED = 5


def rerun(path: Path, run: str, who: str, threads: int | None = None) -> Rerun:
    """A published run of a workspace made again, from the versions that it was made of.

    Args:
        run: its id, or the beginning of it.

    Raises:
        NotAllowed: as for published lists.
        UnknownName: no run is stored under this id, or several begin so.
    """
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_PUBLISHED)
        id_ = _found(run, [version.id for version in contents.all(ItemKind.RUN)])
        made, kept = contents.find(ItemKind.RUN, id_), contents.find(ItemKind.FIGURES, id_)
        assert made is not None
        origin = made.content
        scenario = scenario_of_run(contents, origin)
        decisions = [one for one in contents.all(ItemKind.DECISION) if one.content.run == id_]
    ranking = evaluate(scenario, draws=origin.draws, seed=origin.seed, threads=threads).ranking
    now = run_figures(ranking)
    figures = () if kept is None else compared(_places(kept.content), _places(now))
    remarks = _of_the_model(origin.model_version)
    if identify(scenario, origin.draws, origin.seed, point=False, model=origin.model_version).id != id_:
        remarks.append(
            _("What it was made of is read otherwise by this version of Prioritizer: it has another id now.")
        )
    if kept is None:
        remarks.append(_("Its figures were not kept when it was published: there is nothing to compare with."))
    return Rerun(
        run=id_,
        model_version=origin.model_version,
        again=ranking.run,
        published=tuple(Publication(decision=one.id, at=one.at, who=one.who) for one in decisions),
        figures=figures,
        now=now,
        same=kept is not None and all(one.is_same for one in figures),
        remarks=tuple(remarks),
    )


def rerun_result(file: Path, case: Case, threads: int | None = None) -> Rerun:
    """A list that was kept as JSON made again from a scenario, with the draws and the seed that it says.

    It is the same where the run has the same id and every figure comes out again.

    Raises InputError where the file is no such list, or the scenario has faults.
    """
    kept, scenario = read_result(file), as_scenario(case)
    run = kept.run
    ranking = rank(
        scenario,
        draws=DEFAULT_DRAWS if run.point else run.draws,
        seed=run.seed,
        point=run.point,
        switching=any(".switching_values." in place for place in kept.figures),
        threads=threads,
    )
    figures = compared(kept.figures, figures_by_place(ranking.model_dump(mode="json", exclude={"run"})))
    same_inputs = _id_under(scenario, run) == run.id
    remarks = [*_of_the_model(run.model_version), *_of_the_run(run, ranking.run)]
    if not same_inputs:
        remarks += _of_the_inputs(kept, ranking, figures)
    return Rerun(
        run=run.id,
        model_version=run.model_version,
        again=ranking.run,
        figures=figures,
        now=run_figures(ranking),
        same=same_inputs and not _apart(run, ranking.run) and all(one.is_same for one in figures),
        remarks=tuple(remarks),
    )


def rerun_id(
    run: str,
    case: Case,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
) -> Rerun:
    """A run of which only the id is known, made from a scenario: the same where it has that id again.

    Raises InputError where the scenario has faults.
    """
    ranking = rank(case, draws=draws, seed=seed, point=point, threads=threads)
    id_ = run.strip().lower()
    same = bool(id_) and ranking.run.id.startswith(id_)
    said = (
        _("The id alone was compared: it stands for the same inputs, model, draws and seed.")
        if same
        else _(
            "The scenario makes run {now}: its inputs, draws or seed are not those of run {then}, or the model is not."
        )
    )
    return Rerun(
        run=ranking.run.id if same else run,
        model_version=MODEL_VERSION,
        again=ranking.run,
        now=run_figures(ranking),
        same=same,
        remarks=(said.format(now=ranking.run.id, then=run),),
    )


def _places(figures: RunFigures) -> dict[str, Value]:
    return figures_by_place(figures.model_dump(mode="json"))


def _found(asked: str, known: list[str]) -> str:
    """The one id that is asked for, or begins so."""
    name = asked.strip().lower()
    begun = [name] if name in known else [id_ for id_ in known if name and id_.startswith(name)]
    if len(begun) == 1:
        return begun[0]
    if begun:
        remedy = _("Give more of it; these begin so: {ids}.").format(ids=", ".join(begun))
        raise UnknownName([Complaint(_("is the beginning of several runs"), remedy, value=asked)])
    remedy = nearest(name, known) if known else _("None was published yet; a run is stored with a decision.")
    raise UnknownName([Complaint(_("is no run that is stored here"), remedy, value=asked)])


def _of_the_model(then: str) -> list[str]:
    if then == MODEL_VERSION:
        return []
    said = _("It was made with version {then} of the model, and is made again with version {now}: see CHANGELOG.md.")
    return [said.format(then=then, now=MODEL_VERSION)]


def _id_under(scenario: Scenario, run: Run) -> str:
    """The id that a scenario's run would have had under the model that a run was made with."""
    return identify(scenario, run.draws, run.seed, run.point, model=run.model_version).id


def _apart(then: Run, now: Run) -> list[str]:
    """What two runs say of themselves otherwise, in the words of the file; the model and the id stand elsewhere."""
    fields = [name for name in Run.model_fields if name not in ("id", "model_version", "scenario")]
    return [name for name in fields if getattr(then, name) != getattr(now, name)]


def _of_the_run(then: Run, now: Run) -> list[str]:
    said = _("run.{field} was {then} and is {now}.")
    return [said.format(field=name, then=getattr(then, name), now=getattr(now, name)) for name in _apart(then, now)]


def _of_the_inputs(kept: KeptResult, ranking: Ranking, figures: Iterable[Figure]) -> list[str]:
    """Which inputs cannot be those of a run that has another id, told by the figures that differ.

    The baseline hangs on the company alone, the profit of an initiative alone on the company and on itself.
    """
    said = [_("The inputs are not the same: the scenario makes run {now}.").format(now=ranking.run.id)]
    if kept.run.model_version != MODEL_VERSION:
        return said  # figures may differ for the model's sake
    differing = [one.place for one in figures if not one.is_same]
    now = [row.id for row in ranking.initiatives]
    if gone := [id_ for id_ in kept.initiatives if id_ not in now]:
        said.append(_("No longer there: {ids}.").format(ids=_listed(gone)))
    if new := [id_ for id_ in now if id_ not in kept.initiatives]:
        said.append(_("Not there then: {ids}.").format(ids=_listed(new)))
    if any(place.startswith("baseline.") for place in differing):
        said.append(_("The company's numbers are others: without any initiative it earns something else."))
    elif others := [id_ for id_ in kept.initiatives if id_ in now and _is_another(id_, differing)]:
        rule = _("What is said of these is other, or what the company says that counts only for them: {ids}.")
        said.append(rule.format(ids=_listed(others)))
    elif not (gone or new or differing):
        said.append(_("Every figure is the same: what is other moves none of them, as names and sources do."))
    return said


def _is_another(id_: str, differing: Iterable[str]) -> bool:
    """Whether figures of an initiative alone differ, other than its place among the others."""
    own = f"initiatives[{id_}]."
    return any(place.startswith(own) and not place.startswith(f"{own}rank") for place in differing)


def _listed(ids: list[str]) -> str:
    """Some of the ids, and how many more there are."""
    more = len(ids) - MOST_NAMED
    names = ", ".join(ids[:MOST_NAMED])
    if more <= 0:
        return names
    return ngettext("{names} and {more} more", "{names} and {more} more", more).format(names=names, more=more)
