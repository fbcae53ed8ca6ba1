"""Scenarios of a workspace: who sees and may do what, by hand; what is private is to others as if it were not there."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from services.workplaces import approve, draft, last, take, workplace

import cases
from prioritizer.domain.process import Step
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed, PrioritizerError, StoreError, UnknownName
from prioritizer.services import decisions, directions, people, scenarios, shared, workspace
from prioritizer.store.workspace import Workspace

DETRACTORS = "groups.Mobile.churn.detractor"


def differences(name: str = "Crisis", **changes: Any) -> Differences:
    """A base in which half as many detractors again leave, if nothing else is said."""
    said = {"name": name, "extends": "base", "change": {DETRACTORS: {"multiply": 1.5}}}
    return Differences.model_validate({**said, **changes})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def head(path: Path) -> str:
    with Workspace(path).reading() as contents:
        return contents.head()


def names(path: Path, who: str, archived: bool = False) -> list[str]:
    return [card.name for card in scenarios.cards(path, who, archived)]


def card(path: Path, id_: str, who: str) -> scenarios.ScenarioCard:
    return next(one for one in scenarios.cards(path, who, archived=True) if one.id == id_)


def refused(error: type[PrioritizerError], path: Path, deed: Callable[[], Any], match: str | None = None) -> str:
    """The message of a deed that is refused, and changes nothing."""
    before = head(path)
    with pytest.raises(error, match=match) as caught:
        deed()
    assert head(path) == before
    return str(caught.value)


# --- who sees and may do what

# - does not see it · s sees it · c changes it · h shares it · a archives it, or takes it back
BY_HAND = """
                           eva   anna  vera  ivan
base                       sc    sc    s     s
downturn                   sc    sca   s     s
old-downturn               s     sa    s     s
eva, private               scha  -     -     -
eva, shared                sca   sca   s     s
eva, private, archived     sa    -     -     -
eva, shared, archived      sa    sa    s     s
anna, private              -     scha  -     -
anna, shared               s     sca   s     s
anna, private, archived    -     sa    -     -
anna, shared, archived     s     sa    s     s
vera, private              -     -     scha  -
vera, shared               s     sca   sca   s
vera, private, archived    -     -     sa    -
vera, shared, archived     s     sa    sa    s
"""
WHO = ("eva", "anna", "vera", "ivan")
LINES = [(line[:27].strip(), line[27:].split()) for line in BY_HAND.strip("\n").splitlines()[1:]]
CELLS = [(name, who, mark) for name, marks in LINES for who, mark in zip(WHO, marks, strict=True)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A workspace with a scenario of every kind, and their ids by the names in the table."""
    path = workplace(tmp_path_factory.mktemp("filled"))
    ids = {name: name for name in ("base", "downturn", "old-downturn")}
    for name in ("downturn", "old-downturn"):
        workspace.save_scenario(path, name, differences(name), 0, "anna")
    scenarios.archive(path, "old-downturn", "anna")
    for name, _marks in LINES[3:]:
        who, *state = name.split(", ")
        ids[name] = scenarios.create(path, differences(name), who).id
        if "shared" in state:
            scenarios.share(path, ids[name], who)
        if "archived" in state:
            scenarios.archive(path, ids[name], who)
    return path, ids


@pytest.mark.parametrize(("name", "who", "mark"), CELLS)
def test_each_cell(filled: tuple[Path, dict[str, str]], name: str, who: str, mark: str) -> None:
    path, ids = filled
    id_ = ids[name]
    seen = {one.id: one for one in scenarios.cards(path, who, archived=True)}
    assert (id_ in seen) == (mark != "-")
    offered = mark != "-" and not name.startswith("old") and not name.endswith("archived")
    assert (id_ in [choice.id for choice in shared.choices(path, who)]) == offered
    if mark == "-":
        for deed in every_deed(path, id_, who):
            said = refused(UnknownName, path, deed)
            assert said.startswith(f"{id_} is not a scenario.")
            assert said.count(id_) == 1
        return
    found = seen[id_]
    assert (found.may_change, found.may_share, found.may_archive) == ("c" in mark, "h" in mark, "a" in mark)
    deeds = {
        "h": lambda: scenarios.share(path, id_, who),
        "a": lambda: (scenarios.take_back if found.archived else scenarios.archive)(path, id_, who),
        "c": lambda: scenarios.change(path, id_, differences(name, change={DETRACTORS: 0.5}), 1, who),
    }
    for letter in set(deeds) - set(mark):
        refused(PrioritizerError, path, deeds[letter])


def every_deed(path: Path, id_: str, who: str) -> list[Callable[[], Any]]:
    """Everything that can be asked about a scenario."""
    return [
        lambda: scenarios.scenario(path, id_, who),
        lambda: scenarios.versions(path, id_, who),
        lambda: scenarios.change(path, id_, differences(), 1, who),
        lambda: scenarios.copy(path, id_, "Mine", who),
        lambda: scenarios.share(path, id_, who),
        lambda: scenarios.archive(path, id_, who),
        lambda: scenarios.take_back(path, id_, who),
        lambda: shared.shared_list(path, who, id_),
    ]


@pytest.mark.parametrize("who", ["otto", "boss"])
def test_viewers_and_admins_have_nothing_to_do_with_scenarios(filled: tuple[Path, dict[str, str]], who: str) -> None:
    path, ids = filled
    deeds = [
        lambda: scenarios.cards(path, who),
        lambda: scenarios.create(path, differences("New"), who),
        *every_deed(path, ids["eva, shared"], who),
        *every_deed(path, ids["eva, private"], who),
    ]
    for deed in deeds:
        refused(NotAllowed, path, deed, "may not read what departments have submitted")


def test_the_order_of_the_cards(filled: tuple[Path, dict[str, str]]) -> None:
    path, _ids = filled
    in_use = ["Base", "anna, shared", "downturn", "eva, shared", "vera, shared", "vera, private"]
    assert names(path, "vera") == in_use == [choice.name for choice in shared.choices(path, "vera")]
    assert names(path, "vera", archived=True) == [
        *in_use,
        "anna, shared, archived",
        "eva, shared, archived",
        "old-downturn",
        "vera, shared, archived",
        "vera, private, archived",
    ]


# --- from private to archived


def test_a_scenario_is_private_until_it_is_shared(path: Path) -> None:
    made = scenarios.create(path, differences(), "vera", "What if they leave")
    assert card(path, made.id, "vera") == scenarios.ScenarioCard(
        id=made.id,
        name="Crisis",
        version=1,
        author="vera",
        author_name="vera",
        at=made.at,
        why="What if they leave",
        extends="base",
        own=True,
        shared=False,
        archived=False,
        changes=1,
        may_change=True,
        may_share=True,
        may_archive=True,
    )
    assert [names(path, who) for who in ("vera", "anna")] == [["Base", "Crisis"], ["Base"]]
    scenarios.change(path, made.id, differences(budget={"2027": 5}), 1, "vera", "And less money")
    scenarios.share(path, made.id, "vera", "For the round")
    assert card(path, made.id, "anna").changes == 2
    scenarios.change(path, made.id, differences("Slump"), 2, "anna", "A better name")
    assert [(one.version, one.who, one.why) for one in scenarios.versions(path, made.id, "vera")] == [
        (1, "vera", "What if they leave"),
        (2, "vera", "And less money"),
        (3, "anna", "A better name"),
    ]
    assert [one.version for one in scenarios.versions(path, made.id, "eva")] == [2, 3]
    assert scenarios.scenario(path, made.id, "eva").content.name == "Slump"
    with Workspace(path).reading() as contents:
        told = [(one.who, one.summary, one.why) for one in contents.history()[-5:]]
    assert told == [
        ("vera", f"scenario “{made.id}”: version 1", "What if they leave"),
        ("vera", f"scenario “{made.id}”: private", "What if they leave"),
        ("vera", f"scenario “{made.id}”: version 2", "And less money"),
        ("vera", f"scenario “{made.id}”: shared", "For the round"),
        ("anna", f"scenario “{made.id}”: version 3", "A better name"),
    ]


def test_what_is_built_changes_the_list_for_its_author_only(path: Path) -> None:
    made = scenarios.create(path, differences(change={DETRACTORS: 0.5}), "vera")
    found = shared.shared_list(path, "vera", made.id)
    assert found.scenario.company.groups["Mobile"].churn.detractor.number == 0.5
    assert found.origin.scenarios == {"base": 1, made.id: 1}
    assert shared.shared_list(path, "vera").scenario.company.groups["Mobile"].churn.detractor.number == 0.12


def test_an_archived_scenario_is_taken_back_and_works_meanwhile(path: Path) -> None:
    made = scenarios.create(path, differences(), "eva")
    deeper = scenarios.create(path, differences("Deeper", extends=made.id), "eva")
    before = shared.shared_list(path, "eva", deeper.id)
    scenarios.archive(path, made.id, "eva", "Over")
    assert names(path, "eva") == ["Base", "Deeper"]
    assert shared.shared_list(path, "eva", deeper.id) == before
    assert card(path, deeper.id, "eva").trouble == ""
    refused(InputError, path, lambda: scenarios.archive(path, made.id, "eva"), "is archived already")
    refused(InputError, path, lambda: scenarios.change(path, made.id, differences(), 1, "eva"), "out of the archive")
    refused(InputError, path, lambda: scenarios.share(path, made.id, "eva"), "out of the archive")
    scenarios.take_back(path, made.id, "eva")
    assert names(path, "eva") == ["Base", "Crisis", "Deeper"]
    refused(InputError, path, lambda: scenarios.take_back(path, made.id, "eva"), "is not archived")


def test_a_name_that_was_given_away_meanwhile_is_not_taken_back(path: Path) -> None:
    made = scenarios.create(path, differences(), "eva")
    scenarios.archive(path, made.id, "eva")
    scenarios.create(path, differences(), "eva")
    refused(InputError, path, lambda: scenarios.take_back(path, made.id, "eva"), "is the name of another scenario")


def test_a_decision_stays_as_it_was_made(path: Path) -> None:
    for id_ in ("one", "two"):
        approve(path, id_)
    decisions.publish(path, shared.shared_list(path, "eva").origin.run, ["one"], "The answer", "eva")
    before = shared.published(path, "otto")
    made = scenarios.create(path, differences(), "anna")
    scenarios.share(path, made.id, "anna")
    scenarios.archive(path, made.id, "anna")
    assert shared.published(path, "otto") == before
    refused(InputError, path, lambda: scenarios.archive(path, "base", "anna"), "is what the shared list rests on")


def test_shared_scenarios_rest_on_shared_ones(path: Path) -> None:
    under = scenarios.create(path, differences("Under"), "vera")
    over = scenarios.create(path, differences("Over", extends=under.id), "vera")
    refused(InputError, path, lambda: scenarios.share(path, over.id, "vera"), "Share “Under” first")
    scenarios.share(path, under.id, "vera")
    scenarios.share(path, over.id, "vera")
    hidden = scenarios.create(path, differences("Hidden"), "vera")
    moved = differences("Over", extends=hidden.id)
    refused(InputError, path, lambda: scenarios.change(path, over.id, moved, 1, "vera"), "Share “Hidden” first")
    refused(UnknownName, path, lambda: scenarios.change(path, over.id, moved, 1, "anna"), "is not a scenario")
    refused(UnknownName, path, lambda: scenarios.create(path, moved, "anna"), "^extends: hidden-3 is not a scenario")
    refused(UnknownName, path, lambda: workspace.save_scenario(path, "x", moved, 0, "anna"), "is not a scenario")
    assert over.content.extends == under.id


def test_what_is_shared_cannot_be_shared_again_nor_by_others(path: Path) -> None:
    made = scenarios.create(path, differences(), "vera")
    scenarios.share(path, made.id, "vera")
    refused(InputError, path, lambda: scenarios.share(path, made.id, "vera"), "is shared already")
    refused(NotAllowed, path, lambda: scenarios.share(path, made.id, "anna"), "may not share a scenario")


def test_a_copy_is_ones_own(path: Path) -> None:
    made = scenarios.create(path, differences(), "vera")
    scenarios.share(path, made.id, "vera")
    mine = scenarios.copy(path, made.id, "  Mine ", "ivan", "To try")
    assert mine.content == made.content.model_copy(update={"name": "Mine"})
    assert card(path, mine.id, "ivan").own
    assert names(path, "vera") == ["Base", "Crisis"]
    refused(InputError, path, lambda: scenarios.copy(path, made.id, " ", "ivan"), "is empty")
    refused(InputError, path, lambda: scenarios.copy(path, made.id, "CRISIS", "ivan"), "name of another scenario")


def test_a_copy_of_the_base_extends_it_and_changes_nothing(path: Path) -> None:
    base = last(path, ItemKind.SCENARIO, "base")
    workspace.save_scenario(path, "base", base.content.model_copy(update={"exclude": ("one",)}), 1, "eva")
    mine = scenarios.copy(path, "base", "Mine", "ivan")
    assert mine.content == Differences(name="Mine", extends="base")
    assert [one.id for one in shared.shared_list(path, "ivan", mine.id).scenario.initiatives] == ["two"]


# --- what does not fit is refused with all that is wrong, and nothing is kept


def test_every_complaint_comes_with_its_path(path: Path) -> None:
    draft(path)
    wrong = differences(
        "Base",
        change={"groups.Fixed.churn.detractor": 0.5, "discount_rate": "much"},
        exclude=["nothing", "new"],
    )
    said = refused(InputError, path, lambda: scenarios.create(path, wrong, "vera"))
    lines = said.splitlines()
    assert lines[0].startswith("name: Base is the name of another scenario.")
    assert lines[1].startswith("exclude: nothing is not on the shared list.")
    assert lines[2].startswith("exclude: new is not on the shared list.")
    assert [part in line for part, line in zip(("groups.Fixed", "discount_rate"), lines[3:], strict=True)] == [True] * 2
    made = scenarios.create(path, differences(), "vera")
    assert refused(InputError, path, lambda: scenarios.change(path, made.id, wrong, 1, "vera")) == said


def test_what_no_file_can_say_is_not_kept(path: Path) -> None:
    nameless = differences().model_copy(update={"name": ""})
    refused(InputError, path, lambda: scenarios.create(path, nameless, "vera"), "is empty")


def test_a_circle_is_refused(path: Path) -> None:
    under = scenarios.create(path, differences("Under"), "vera")
    over = scenarios.create(path, differences("Over", extends=under.id), "vera")
    around = differences("Under", extends=over.id)
    refused(InputError, path, lambda: scenarios.change(path, under.id, around, 1, "vera"), "is a circle")
    on_itself = differences("Under", extends=under.id)
    refused(InputError, path, lambda: scenarios.change(path, under.id, on_itself, 1, "vera"), "is a circle")


def test_the_base_stays_the_base(path: Path) -> None:
    workspace.save_scenario(path, "downturn", differences("Downturn"), 0, "anna")
    moved = differences("Base", extends="downturn")
    refused(
        InputError, path, lambda: scenarios.change(path, "base", moved, 1, "anna"), "cannot be extended by the base"
    )


def test_what_belongs_to_nobody_is_changed_by_the_rights_to_what_changes(path: Path) -> None:
    workspace.save_scenario(path, "downturn", differences("Downturn"), 0, "anna")
    poorer = differences("Downturn", budget={"2027": 5})
    refused(NotAllowed, path, lambda: scenarios.change(path, "downturn", poorer, 1, "vera"), "set budgets")
    refused(NotAllowed, path, lambda: scenarios.change(path, "downturn", poorer, 1, "anna"), "set budgets")
    assert scenarios.change(path, "downturn", poorer, 1, "eva").version == 2
    assert card(path, "downturn", "eva").author == ""


def test_who_is_slower_is_told(path: Path) -> None:
    made = scenarios.create(path, differences(), "vera")
    scenarios.share(path, made.id, "vera")

    def change(who: str) -> str:
        try:
            scenarios.change(path, made.id, differences(change={DETRACTORS: 0.2}), 1, who)
        except Conflict as conflict:
            return str(conflict.current.version)
        return "saved"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(change, ["vera", "anna"])) == ["2", "saved"]
    assert len(scenarios.versions(path, made.id, "vera")) == 2


def test_a_workspace_without_a_base_has_scenarios_all_the_same(tmp_path: Path) -> None:
    cases.write_case(tmp_path)
    made = tmp_path / "w.db"
    workspace.create(made, "boss", [tmp_path / "company.yaml"])
    people.add_person(made, people.new_person("eva", None, ["executive"], None), "boss")
    alone = Differences.model_validate({"name": "Base", "company": "anything.yaml", "change": {"discount_rate": 0.2}})
    own = scenarios.create(made, alone, "eva")
    assert own.content.company == "../company.yaml"
    assert shared.shared_list(made, "eva").scenario.company.discount_rate.real == 0.08
    scenarios.share(made, own.id, "eva")
    assert shared.shared_list(made, "eva").scenario.company.discount_rate.real == 0.08
    assert shared.shared_list(made, "eva", own.id).scenario.company.discount_rate.real == 0.2
    mark = directions.directions(made, "eva").mark
    directions.direct(made, [], ["call-back"], mark, "eva")
    assert names(made, "eva") == ["Example", "Base"]


def test_without_a_company_there_is_nothing_to_build_on(tmp_path: Path) -> None:
    made = tmp_path / "w.db"
    workspace.create(made, "boss")
    people.add_person(made, people.new_person("eva", None, ["executive"], None), "boss")
    alone = Differences(name="Alone", company="company.yaml")
    refused(StoreError, made, lambda: scenarios.create(made, alone, "eva"), "holds no company yet")


# --- what does not work any more


def test_what_somebody_has_built_holds_nobody_else_back(path: Path) -> None:
    hidden = scenarios.create(path, differences("Hidden"), "vera")
    shown = scenarios.create(path, differences("Shown"), "vera")
    scenarios.share(path, shown.id, "vera")
    workspace.save_scenario(path, "downturn", differences("Downturn"), 0, "anna")
    other = cases.company_record(groups={"Fixed": cases.group()})
    said = refused(InputError, path, lambda: workspace.save_company(path, other, 1, "anna"))
    assert said.startswith("Downturn, groups.Mobile")
    scenarios.archive(path, "downturn", "anna")
    workspace.save_company(path, other, 1, "anna")
    assert last(path, ItemKind.COMPANY, COMPANY).version == 2
    troubles = {one.name: one.trouble for one in scenarios.cards(path, "vera", archived=True)}
    assert troubles["Base"] == ""
    for name in ("Hidden", "Shown", "Downturn"):
        assert troubles[name].startswith(f"{name}, groups.Mobile.churn.detractor: Mobile is not")
    assert shown.id in [choice.id for choice in shared.choices(path, "anna")]
    refused(InputError, path, lambda: scenarios.take_back(path, "downturn", "anna"), "Mobile")
    refused(InputError, path, lambda: scenarios.share(path, hidden.id, "vera"), "Mobile")
    refused(InputError, path, lambda: scenarios.copy(path, shown.id, "Copy", "ivan"), "Mobile")
    mended = differences("Hidden", change={"groups.Fixed.churn.detractor": {"multiply": 1.5}})
    scenarios.change(path, hidden.id, mended, 1, "vera")
    assert card(path, hidden.id, "vera").trouble == ""


def test_a_departments_step_is_not_stopped_by_anothers_scenario(path: Path) -> None:
    scenarios.create(path, differences(exclude=["one"]), "vera")
    draft(path, requires=["one"])
    take(path, "new", Step.SUBMIT, "ivan")
    assert scenarios.cards(path, "vera")[1].trouble.startswith("Crisis, ")


# --- ids


def test_an_id_is_made_of_the_name_and_tells_nothing_of_others(path: Path) -> None:
    assert scenarios.create(path, differences("Price war!"), "vera").id == "price-war-1"
    assert scenarios.create(path, differences("Price war!"), "eva").id == "price-war-2"
    assert scenarios.create(path, differences("Кризис/2027"), "eva").id == "кризис-2027-3"
    assert scenarios.create(path, differences("…"), "eva").id == "scenario-4"
    workspace.save_scenario(path, "crisis-5", differences("File"), 0, "anna")
    assert scenarios.create(path, differences("Crisis"), "eva").id == "crisis-6"


def test_the_same_name_is_taken_only_where_somebody_sees_both(path: Path) -> None:
    first = scenarios.create(path, differences(), "vera")
    second = scenarios.create(path, differences(), "eva")
    refused(InputError, path, lambda: scenarios.create(path, differences("crisis "), "eva"), "name of another scenario")
    scenarios.share(path, first.id, "vera")
    refused(InputError, path, lambda: scenarios.share(path, second.id, "eva"), "name of another scenario")
    scenarios.change(path, second.id, differences("Mine"), 1, "eva")
    scenarios.share(path, second.id, "eva")


# --- files


def test_an_export_leaves_out_what_is_private_and_what_is_archived_for_good(path: Path) -> None:
    own = scenarios.create(path, differences("Own"), "anna")
    hidden = scenarios.create(path, differences("Hidden"), "vera")
    ground = scenarios.create(path, differences("Ground"), "vera")
    over = scenarios.create(path, differences("Over", extends=ground.id), "vera")
    gone = scenarios.create(path, differences("Gone"), "vera")
    for made in (ground, over, gone):
        scenarios.share(path, made.id, "vera")
    for made in (ground, gone):
        scenarios.archive(path, made.id, "vera")
    folder = path.with_name("out")
    exported = workspace.export_files(path, folder, "anna")
    assert set(exported.scenarios) == {"base", ground.id, over.id}
    words = "".join(file.read_text("utf-8") for file in folder.rglob("*.yaml"))
    assert not [made.id for made in (own, hidden, gone) if made.id in words or made.content.name in words]
    again = workspace.import_files(path, [folder / f"scenarios/{over.id}.yaml"], "anna")
    assert (again.added, again.changed) == ((), ())
    assert card(path, ground.id, "vera").archived
    assert card(path, over.id, "vera").own


def files_of(path: Path, id_: str, **said: Any) -> Path:
    """A scenario file beside the company that is there already, under the id of another one."""
    return cases.write(path.parent, **{id_: {"name": "From a file", "extends": "base", **said}})


def test_an_import_neither_overwrites_nor_reveals_what_is_private(path: Path) -> None:
    hidden = scenarios.create(path, differences(), "vera")
    change = {DETRACTORS: {"multiply": 1.1}}
    file = files_of(path, hidden.id, change=change)
    over = cases.write(path.parent, over={"name": "Over", "extends": hidden.id})
    brought = workspace.import_files(path, [file, over], "anna")
    assert brought.added == ("scenario “crisis-1-2”", "scenario “over”")
    assert last(path, ItemKind.SCENARIO, hidden.id).version == 1
    assert scenarios.scenario(path, "over", "eva").content.extends == "crisis-1-2"
    assert card(path, "crisis-1-2", "eva").author == ""
    assert names(path, "eva") == ["Base", "From a file", "Over"]
    again = workspace.import_files(path, [files_of(path, hidden.id, change=change), over], "anna")
    assert (again.added, again.changed) == ((), ())


def test_an_import_does_not_tell_a_private_one_that_only_looks_the_same(path: Path) -> None:
    scenarios.create(path, differences(), "vera")
    assert workspace.import_files(path, [files_of(path, "CRISIS-1")], "anna").added == ("scenario “CRISIS-1-2”",)


def test_an_import_over_a_shared_one_takes_the_right_to_change_it(path: Path) -> None:
    made = scenarios.create(path, differences(), "vera")
    scenarios.share(path, made.id, "vera")
    file = files_of(path, made.id)
    refused(NotAllowed, path, lambda: workspace.import_files(path, [file], "ivan"), "that somebody has built")
    assert workspace.import_files(path, [file], "vera").changed == (f"scenario “{made.id}”",)
    assert card(path, made.id, "vera").own


def test_saving_by_id_does_not_find_what_is_private(path: Path) -> None:
    hidden = scenarios.create(path, differences(), "vera")
    saved = workspace.save_scenario(path, hidden.id, differences("Other"), 0, "anna")
    assert saved.id == "crisis-1-2"
    refused(
        Conflict,
        path,
        lambda: workspace.save_scenario(path, hidden.id, differences("Other"), 7, "anna"),
        "read version 7",
    )
    assert last(path, ItemKind.SCENARIO, hidden.id).version == 1


def test_what_was_withdrawn_since_may_still_be_named_and_is_left_out(path: Path) -> None:
    fields = {"include": ["one", "two"], "change_initiatives": {"two": {"costs": {"multiply": 2}}}}
    made = scenarios.create(path, differences(**fields), "eva")
    take(path, "two", Step.WITHDRAW, "ivan")
    assert [one.id for one in shared.shared_list(path, "eva", made.id).scenario.initiatives] == ["one"]
    assert scenarios.copy(path, made.id, "Copy", "eva").version == 1
    assert scenarios.change(path, made.id, differences("Renamed", **fields), 1, "eva").version == 2
    scenarios.share(path, made.id, "eva")
    said = refused(InputError, path, lambda: scenarios.create(path, differences("New", **fields), "eva"))
    assert "include: two is not on the shared list" in said


def test_a_link_opens_all_that_somebody_sees(path: Path) -> None:
    mine = scenarios.create(path, differences(), "vera").id
    shown = scenarios.create(path, differences("Shown"), "vera").id
    scenarios.share(path, shown, "vera")
    scenarios.archive(path, shown, "vera")
    opens = {
        who: [id_ for id_ in ("base", mine, shown, "nothing", "") if shared.may_open(path, id_, who)]
        for who in ("vera", "eva")
    }
    assert opens == {"vera": ["base", mine, shown], "eva": ["base", shown]}
    refused(NotAllowed, path, lambda: shared.may_open(path, "base", "otto"))


def test_a_save_that_changes_nothing_takes_the_right_to_change(path: Path) -> None:
    base = last(path, ItemKind.SCENARIO, "base").content
    for who in ("vera", "eva"):
        refused(NotAllowed, path, lambda who=who: scenarios.change(path, "base", base, 1, who))
    assert scenarios.change(path, "base", base, 1, "anna", "Looked at again").version == 2
