"""What people ask of a workspace: their rights are asked first, and an import is all or nothing."""

from pathlib import Path

import pytest
from store.workspace_cases import killed, kills

import cases
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed, StoreError, UnknownName
from prioritizer.services import people
from prioritizer.services import workspace as services
from prioritizer.store.audit import verify
from prioritizer.store.workspace import Workspace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workspace with a company of two initiatives, and one person of each role."""
    scenario = cases.write_case(tmp_path, [cases.initiative("one"), cases.initiative("two", department="IT")])
    made = tmp_path / "workspace.db"
    services.create(made, "boss", [scenario])
    for id_, role, department in (
        ("eva", "executive", None),
        ("anna", "finance", None),
        ("vera", "department head", "Customer service"),
        ("ivan", "department head", "IT"),
        ("otto", "viewer", None),
    ):
        people.add_person(made, people.new_person(id_, None, [role], department), "boss")
    return made


def content(path: Path, id_: str):
    with Workspace(path).reading() as contents:
        return contents.find(ItemKind.INITIATIVE, id_)


def changed(path: Path, **changes):
    """A scenario file whose company or initiatives differ."""
    folder = path.parent / "changed"
    folder.mkdir()
    initiatives = changes.pop("initiatives", [cases.initiative("one"), cases.initiative("two", department="IT")])
    return cases.write_case(folder, initiatives, **changes)


def test_files_that_are_wrong_make_no_workspace(tmp_path: Path) -> None:
    scenario = cases.write_case(tmp_path, [cases.initiative("one", reach={"Nowhere": 0.5})])
    with pytest.raises(InputError, match="is not a group of the company"):
        services.create(tmp_path / "workspace.db", "boss", [scenario])
    assert not (tmp_path / "workspace.db").exists()


def test_a_department_head_saves_for_the_own_department_only(path: Path) -> None:
    new = cases.initiative_record("new", department="IT")
    assert services.save_initiative(path, new, 0, "ivan", "An idea").version == 1
    with pytest.raises(NotAllowed, match="vera may not create and edit an initiative"):
        services.save_initiative(path, new, 1, "vera")
    with pytest.raises(NotAllowed):  # nor take it away from another
        services.save_initiative(path, cases.initiative_record("new"), 1, "vera")
    assert content(path, "new").who == "ivan"


def test_must_dos_are_set_by_executives_and_by_nobody_beside_them(path: Path) -> None:
    with pytest.raises(NotAllowed, match="vera may not set must-dos and exclusions: executives may"):
        services.save_initiative(path, cases.initiative_record("one", mandatory=True), 1, "vera")


def test_finance_owns_assumptions_and_executives_budgets(path: Path) -> None:
    assert services.save_company(path, cases.company_record(tax_rate=0.2), 1, "anna").version == 2
    with pytest.raises(NotAllowed, match="anna may not set budgets"):
        services.save_company(path, cases.company_record(tax_rate=0.2, budget={2027: 5}), 2, "anna")
    with pytest.raises(NotAllowed, match="eva may not set the company's assumptions"):
        services.save_company(path, cases.company_record(tax_rate=0.3, budget={2027: 5}), 2, "eva")
    assert services.save_company(path, cases.company_record(tax_rate=0.2, budget={2027: 5}), 2, "eva").version == 3


def test_what_does_not_fit_is_refused_and_not_kept(path: Path) -> None:
    with pytest.raises(InputError, match="Nowhere is not a group of the company"):
        services.save_initiative(path, cases.initiative_record("one", reach={"Nowhere": 1}), 1, "vera")
    with pytest.raises(InputError, match="is not a group of the company"):
        services.save_initiative(path, cases.initiative_record("one", reach={"Nowhere": 1}), 1, "vera")
    assert content(path, "one").version == 1


def test_who_is_slower_is_told(path: Path) -> None:
    services.save_initiative(path, cases.initiative_record("one", name="First"), 1, "vera")
    with pytest.raises(Conflict) as caught:
        services.save_initiative(path, cases.initiative_record("one", name="Second"), 1, "vera")
    assert caught.value.current.content.name == "First"


def test_who_is_disabled_is_out_and_the_last_admin_stays(path: Path) -> None:
    people.disable_person(path, "vera", "boss")
    with pytest.raises(NotAllowed, match="vera is disabled"):
        services.save_initiative(path, cases.initiative_record("one"), 1, "vera")
    with pytest.raises(InputError, match="boss is the last admin"):
        people.disable_person(path, "boss", "boss")
    with pytest.raises(UnknownName, match="nobody is nobody in this workspace"):
        people.disable_person(path, "anna", "nobody")


@pytest.mark.parametrize("who", ["eva", "anna", "vera", "otto"])
def test_only_admins_manage_people_and_backups(path: Path, who: str) -> None:
    with pytest.raises(NotAllowed):
        people.add_person(path, people.new_person("x", None, ["viewer"], None), who)
    with pytest.raises(NotAllowed):
        services.back_up(path, path.with_name("b.db"), who)
    services.back_up(path, path.with_name("b.db"), "boss")
    with pytest.raises(NotAllowed):
        services.restore(path, path.with_name("b.db"), who)


@pytest.mark.parametrize("who", ["eva", "boss", "vera", "otto"])
def test_only_finance_exports(path: Path, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.export_files(path, path.with_name("out"), who)
    assert not path.with_name("out").exists()


def test_people_are_added_once_and_every_complaint_is_said(path: Path) -> None:
    with pytest.raises(InputError, match="is the same name as anna"):
        people.add_person(path, people.new_person("ANNA", None, ["viewer"], None), "boss")
    with pytest.raises(Conflict, match="person “anna” is there already"):
        people.add_person(path, people.new_person("anna", None, ["viewer"], None), "boss")
    with pytest.raises(InputError, match="king is not a role"):
        people.new_person("x", None, ["king"], None)
    with pytest.raises(InputError, match="heads no department"):
        people.new_person("x", None, ["department head"], None)


def test_out_and_in_again_changes_nothing(path: Path) -> None:
    exported = services.export_files(path, path.with_name("out"), "anna")
    imported = services.import_files(path, [path.with_name("out") / "scenarios/base.yaml"], "otto")
    assert (imported.added, imported.changed, imported.unchanged) == ((), (), 4)
    assert len(exported.initiatives) == 2


def test_an_import_takes_the_rights_to_all_that_it_changes(path: Path) -> None:
    file = changed(path, initiatives=[cases.initiative("one", name="New"), cases.initiative("two", department="IT")])
    with pytest.raises(NotAllowed):
        services.import_files(path, [file], "anna")
    assert services.import_files(path, [file], "vera").changed == ("initiative “one”",)
    assert content(path, "one").why == "base.yaml"


def test_an_import_is_all_or_nothing(path: Path) -> None:
    both = [cases.initiative("one", name="New"), cases.initiative("two", name="New", department="IT")]
    with pytest.raises(NotAllowed):
        services.import_files(path, [changed(path, initiatives=both)], "vera")
    assert content(path, "one").version == 1


def test_an_empty_workspace_is_loaded_by_finance(tmp_path: Path) -> None:
    made, scenario = tmp_path / "workspace.db", cases.write_case(tmp_path)
    services.create(made, "boss")
    people.add_person(made, people.new_person("anna", None, ["finance"], None), "boss")
    with pytest.raises(NotAllowed, match="boss may not load a company into an empty workspace: finance may"):
        services.import_files(made, [scenario], "boss")
    with pytest.raises(StoreError, match="holds no company yet"):
        services.export_files(made, tmp_path / "out", "anna")
    assert len(services.import_files(made, [scenario], "anna").added) == 3


def test_a_kill_during_an_import_leaves_all_or_nothing(path: Path) -> None:
    made = Workspace(path)
    file = path.parent / "initiatives.yaml"
    finance = people.new_person("ivan", None, ["department head", "finance"], "IT")
    with made.changing("boss") as changes:
        changes.save(ItemKind.PERSON, "ivan", finance, 1)
    names = set()
    for number in kills(lambda: len(names) > 1):
        listed = [cases.initiative("one"), *(cases.initiative(id_, name=f"{number}", department="IT") for id_ in IDS)]
        cases.write(path.parent, initiatives=listed)

        def work(say) -> None:
            services.import_files(path, [path.parent / "base.yaml"], "ivan")
            say("done")

        said = killed(work, 0.06)
        with made.reading() as contents:
            assert verify(contents.connection).findings == ()
            there = {version.content.name for version in contents.initiatives() if version.id in IDS[1:]}
        assert len(there) <= 1
        assert not said or there == {str(number)}
        names.update(there)
    assert file.exists()
    assert len(names) > 1


IDS = ["two", *(f"more-{number}" for number in range(10))]


def test_the_doctor_says_what_stayed_behind(path: Path) -> None:
    path.with_name("workspace.db.99.partial").touch()
    found = services.doctor(path)
    assert (found.faults, found.leftovers) == ((), ("workspace.db.99.partial",))
    assert services.verify(path).head == found.head
