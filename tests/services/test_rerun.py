"""Runs made again: published ones from what was kept of them, and lists kept as JSON."""

import json
from pathlib import Path

import pytest
from services.workplaces import approve, draft, last, take, workplace

import cases
import prioritizer as pr
from prioritizer.domain.decisions import Decision, RunOrigin
from prioritizer.domain.process import Step
from prioritizer.domain.workspace import ItemKind
from prioritizer.engine.version import MODEL_VERSION
from prioritizer.errors import InputError, NotAllowed, UnknownName
from prioritizer.services import decisions, people, shared, workspace
from prioritizer.services.rerun import rerun, rerun_id, rerun_result
from prioritizer.services.runs import identify
from prioritizer.store.workspace import Workspace

UNSURE = [{"churn": "detractor", "change": {"range": [-0.3, -0.2, 0]}}]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workspace of two initiatives of which the better one is approved."""
    made = workplace(
        tmp_path,
        cases.initiative("one", levers=UNSURE),
        cases.initiative("two", department="IT", levers=UNSURE, costs={"one_off": 1500}),
    )
    approve(made, "one")
    return made


def publish(path: Path) -> str:
    run = shared.shared_list(path, "eva").origin.run
    decisions.publish(path, run, ["one"], "The answer", "eva")
    return run


def publish_as_before(path: Path, model: str = MODEL_VERSION) -> str:
    """What earlier versions kept of a published run: what it was made of, and no figures."""
    found = shared.shared_list(path, "eva")
    origin = found.origin
    run = identify(found.scenario, origin.draws, origin.seed, False, model).id
    made = RunOrigin(**{**dict(origin), "run": run, "model_version": model})
    with Workspace(path).changing("eva") as changes:
        changes.save(ItemKind.RUN, run, made, 0)
        changes.save(ItemKind.DECISION, "1", Decision(run=run, funded=("one",), not_funded=("two",)), 0)
    return run


def keep_figures(path: Path, run: str, more: float = 0.0) -> None:
    """Keep the figures of a run, the profit of the first initiative with something added."""
    listed = pr.rank(path.with_name("base.yaml"), seed=1)
    first = listed.initiatives[0]
    rows = [
        {
            "id": row.id,
            "rank": row.rank,
            "profit": row.npv.mean + (more if row is first else 0.0),
            "p5": row.npv.p5,
            "p95": row.npv.p95,
            "cost": row.cost,
            "probability_of_loss": row.probability_of_loss,
        }
        for row in listed.initiatives
    ]
    together = listed.worth_doing_together
    content = {
        "run": run,
        "initiatives": rows,
        "worth_doing": listed.worth_doing,
        "profit": together.npv.mean,
        "cost": together.cost,
    }
    with Workspace(path).changing("eva") as changes:
        changes.save(ItemKind.FIGURES, run, ItemKind.FIGURES.record.model_validate(content), 0)


def test_what_a_published_run_came_to_is_kept_in_full(path: Path) -> None:
    run = publish(path)
    kept = last(path, ItemKind.FIGURES, run).content
    listed = pr.rank(path.with_name("base.yaml"), seed=1)
    assert [(one.id, one.rank, one.profit, one.p5, one.p95) for one in kept.initiatives] == [
        (row.id, row.rank, row.npv.mean, row.npv.p5, row.npv.p95) for row in listed.initiatives
    ]
    assert [(one.cost, one.probability_of_loss) for one in kept.initiatives] == [
        (row.cost, row.probability_of_loss) for row in listed.initiatives
    ]
    assert kept.profit == listed.worth_doing_together.npv.mean
    assert kept.answer.startswith("2 of 2 initiatives are worth doing: for 2.50 thousand €")


def test_nothing_is_kept_of_a_decision_that_is_refused(path: Path) -> None:
    with pytest.raises(InputError, match="is not approved"):
        decisions.publish(path, shared.shared_list(path, "eva").origin.run, ["none"], "", "eva")
    with Workspace(path).reading() as contents:
        assert not contents.all(ItemKind.FIGURES)
        assert not contents.all(ItemKind.RUN)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_published_run_is_made_again_whatever_changed_since(path: Path, threads: int) -> None:
    run = publish(path)
    workspace.save_company(path, cases.company_record(tax_rate=0.3), 1, "anna")
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", costs={"one_off": 7}), 1, "ivan")
    draft(path)
    take(path, "new", Step.SUBMIT, "ivan")
    found = rerun(path, run[:5].upper(), "otto", threads)
    assert (found.run, found.again.id, found.same, found.remarks, found.differing) == (run, run, True, (), ())
    assert [(one.decision, one.who) for one in found.published] == [("1", "eva")]
    places = {one.place for one in found.figures}
    assert {"initiatives[one].profit", "initiatives[two].probability_of_loss", "worth_doing[0]", "cost"} <= places
    assert all(one.then == one.now for one in found.figures)


def test_a_run_that_is_published_again_keeps_its_first_figures(path: Path) -> None:
    run = publish(path)
    publish(path)
    assert last(path, ItemKind.FIGURES, run).version == 1
    assert [one.decision for one in rerun(path, run, "eva").published] == ["1", "2"]


@pytest.mark.parametrize(("more", "same"), [(0.0, True), (0.02, False), (-1000.0, False)])
def test_a_figure_that_does_not_come_out_again_is_named(path: Path, more: float, same: bool) -> None:
    run = publish_as_before(path)
    keep_figures(path, run, more)
    found = rerun(path, run, "eva")
    assert found.same is same
    assert [one.place for one in found.differing] == ([] if same else ["initiatives[one].profit"])


def test_without_figures_there_is_nothing_to_compare_with(path: Path) -> None:
    run = publish_as_before(path)
    found = rerun(path, run, "eva")
    assert (found.same, found.figures, found.again.id) == (False, (), run)
    assert [one.id for one in found.now.initiatives] == ["one", "two"]
    assert found.remarks == ("Its figures were not kept when it was published: there is nothing to compare with.",)


def test_figures_are_kept_when_a_run_from_before_is_published_again(path: Path) -> None:
    run = publish_as_before(path)
    publish(path)
    assert rerun(path, run, "eva").same


def test_another_version_of_the_model_is_said_and_compared_anyway(path: Path) -> None:
    run = publish_as_before(path, "1")
    keep_figures(path, run)
    found = rerun(path, run, "eva")
    assert (found.same, found.model_version, found.again.model_version) == (True, "1", MODEL_VERSION)
    assert found.again.id != run
    assert found.remarks == (
        f"It was made with version 1 of the model, and is made again with version {MODEL_VERSION}: see CHANGELOG.md.",
    )


def test_who_may_make_a_run_again(path: Path) -> None:
    run = publish(path)
    for who in ("eva", "anna", "vera", "otto"):
        assert rerun(path, run, who).same
    people.disable_person(path, "otto", "boss")
    for who in ("boss", "otto"):
        with pytest.raises(NotAllowed):
            rerun(path, run, who)


def test_a_run_that_is_not_there_is_refused_with_those_that_are(path: Path) -> None:
    with pytest.raises(UnknownName, match=r"abc is no run that is stored here\. None was published yet"):
        rerun(path, "abc", "eva")
    with Workspace(path).changing("eva") as changes:
        origin = shared.shared_list(path, "eva").origin
        for id_ in ("aa11", "aa22"):
            changes.save(ItemKind.RUN, id_, origin, 0)
    with pytest.raises(UnknownName, match=r"aa is the beginning of several runs. Give more of it.*: aa11, aa22"):
        rerun(path, "aa", "eva")
    with pytest.raises(UnknownName, match="Did you mean aa22"):
        rerun(path, "ab22", "eva")
    with pytest.raises(UnknownName, match="Known are: aa11, aa22"):
        rerun(path, " ", "eva")


def keep_list(folder: Path, scenario: Path, point: bool = False, **changes) -> Path:
    """A list as `rank --format json` keeps it, with what a test changes in it, by keys."""
    ranking = pr.rank(scenario, draws=20, seed=3, point=point, switching=True)
    content = json.loads(ranking.model_dump_json())
    for keys, value in changes.items():
        *outer, last_key = keys.split("__")
        inner = content
        for key in outer:
            inner = inner[int(key) if key.isdigit() else key]
        inner[last_key] = value
    path = folder / "kept.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return case(tmp_path)


def case(folder: Path, *ids: str, one_off: float = 1500, **company) -> Path:
    listed = [cases.initiative(id_, levers=UNSURE) for id_ in ids or ("one", "two")]
    listed[-1]["costs"] = {"one_off": one_off}
    return cases.write_case(folder, listed, **company)


@pytest.mark.parametrize(("threads", "point"), [(1, False), (2, False), (1, True)])
def test_a_kept_list_comes_out_again(tmp_path: Path, scenario: Path, threads: int, point: bool) -> None:
    found = rerun_result(keep_list(tmp_path, scenario, point), scenario, threads)
    assert (found.same, found.differing, found.remarks) == (True, (), ())
    assert {"initiatives[two].npv.mean", "baseline.npv.mean", "initiatives[one].bridge.listed"} <= {
        one.place for one in found.figures
    }


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"initiatives__1__npv__p95": 5.0}, "initiatives[two].npv.p95"),
        ({"worth_doing_together__cost": 2500.01}, "worth_doing_together.cost"),
        ({"initiatives__0__rank": 2}, "initiatives[one].rank"),
        ({"baseline__nps": []}, "baseline.nps.count"),
    ],
)
def test_a_changed_figure_is_found_and_named(tmp_path: Path, scenario: Path, changes: dict, place: str) -> None:
    found = rerun_result(keep_list(tmp_path, scenario, **changes), scenario)
    assert (found.same, [one.place for one in found.differing], found.remarks) == (False, [place], ())


def test_what_a_kept_list_says_of_its_run_is_compared(tmp_path: Path, scenario: Path) -> None:
    found = rerun_result(keep_list(tmp_path, scenario, run__currency="USD"), scenario)
    assert (found.same, found.remarks) == (False, ("run.currency was USD and is EUR.",))
    found = rerun_result(keep_list(tmp_path, scenario, run__id="0" * 12), scenario)
    assert not found.same
    assert "Every figure is the same" in found.remarks[-1]


def test_it_says_which_inputs_cannot_be_the_same(tmp_path: Path, scenario: Path) -> None:
    kept = keep_list(tmp_path, scenario)
    found = rerun_result(kept, case(tmp_path, one_off=1501))
    assert not found.same
    assert found.remarks[1:] == (
        "What is said of these is other, or what the company says that counts only for them: two.",
    )
    assert rerun_result(kept, case(tmp_path, tax_rate=0.3)).remarks[1:] == (
        "The company's numbers are others: without any initiative it earns something else.",
    )
    assert rerun_result(kept, case(tmp_path, "three", "two")).remarks[1:] == (
        "No longer there: one.",
        "Not there then: three.",
    )


def test_of_an_id_alone_the_id_is_compared(scenario: Path) -> None:
    run = pr.rank(scenario, draws=20, seed=3).run.id
    assert rerun_id(run[:6], scenario, draws=20, seed=3).same
    other = rerun_id(run, scenario, draws=20, seed=4)
    assert (other.same, other.run) == (False, run)
    assert not rerun_id(" ", scenario, draws=20, seed=3).same
