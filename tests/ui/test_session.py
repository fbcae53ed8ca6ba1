"""What a session has open: the file it was started with, what the address names, what was chosen or uploaded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from ui.pages import ROOT, go, html, leads_to, open_page

from cases import company, company_record, initiative, initiative_record, write, write_case
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.errors import InputError
from prioritizer.ui import session
from prioritizer.ui.served import Kind, Served, served

BASE, CRISIS = "scenario Base", "scenario Crisis"
WRONG = 'class="complaints"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a base scenario, one that extends it, one that is wrong, and one outside that has a like name."""
    inside = tmp_path / "inside"
    inside.mkdir()
    write_case(inside, [initiative("a"), initiative("b")])
    write(inside, crisis={"name": "Crisis", "extends": "base", "change": {"horizon": 3}})
    write(inside, broken={"name": "Broken", "extends": "base", "change": {"groups.Nowhere.gross_margin": 0.1}})
    write(tmp_path, secret={"name": "Secret", "company": "inside/company.yaml"})
    return inside


def at(monkeypatch: pytest.MonkeyPatch, path: Path, scenario: str, url: str = "") -> AppTest:
    """A page at an address that names a scenario."""
    monkeypatch.setattr("sys.argv", ["app.py", str(path)])
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    app.query_params["scenario"] = scenario
    app.run()
    return go(app, url or leads_to(app))


def address(app: AppTest) -> dict[str, str]:
    """The address, a value for each key; AppTest gives some of them as lists."""
    values = {key: app.query_params[key] for key in app.query_params}
    return {key: value if isinstance(value, str) else value[-1] for key, value in values.items()}


# The address


def test_an_address_opens_the_scenario_that_it_names(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = at(monkeypatch, folder / "base.yaml", "crisis")
    assert CRISIS in html(app)
    assert address(app) == {"scenario": "crisis"}


@pytest.mark.parametrize(
    "name", ["", "nothing", "Crisis", "crisis.yaml", "../secret", "../inside/crisis", "*", "{tmp}/secret", "company"]
)
def test_an_address_that_names_no_scenario_here_opens_the_first_one(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str
) -> None:
    app = at(monkeypatch, folder / "base.yaml", name.format(tmp=folder.parent))
    assert BASE in html(app)
    assert WRONG not in html(app)
    assert address(app) == {}


def test_a_scenario_that_is_wrong_is_explained_once(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = at(monkeypatch, folder / "base.yaml", "broken")
    assert not app.exception
    assert html(app).count(WRONG) == 1
    assert "Nowhere is not known here" in html(app)


def test_where_nothing_can_be_opened_another_file_still_can(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = at(monkeypatch, folder / "base.yaml", "broken", url="open")
    assert html(app).count(WRONG) == 1
    app.button(key="open-crisis").click().run()
    assert CRISIS in html(app)
    assert WRONG not in html(app)


# Choosing


def test_a_scenario_that_was_chosen_stands_in_the_address(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = open_page(monkeypatch, "open", folder / "base.yaml")
    assert app.button(key="open-base").disabled
    app.button(key="open-crisis").click().run()
    assert CRISIS in html(app)
    assert address(app) == {"scenario": "crisis"}
    assert [app.button(key=f"open-{name}").disabled for name in ("base", "crisis")] == [False, True]
    app.button(key="open-base").click().run()
    assert BASE in html(app)
    assert address(app) == {}


def test_one_that_is_wrong_is_explained_and_what_was_open_stays(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = open_page(monkeypatch, "open", folder / "base.yaml")
    app.button(key="open-broken").click().run()
    assert not app.exception
    assert html(app).count(WRONG) == 1
    assert "Nowhere is not known here" in html(app)
    assert BASE in html(app)
    app.run()
    assert WRONG not in html(app)


def test_files_are_read_again_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = open_page(monkeypatch, "open", folder / "base.yaml")
    write(folder, base={"name": "Renamed", "company": "company.yaml"}, new={"name": "New", "extends": "base"})
    app.run()
    assert BASE in html(app)
    app.button(key="again").click().run()
    assert "scenario Renamed" in html(app)
    assert app.button(key="open-new").label == "New"


def test_a_name_of_a_scenario_is_no_markdown(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    write(folder, crisis={"name": "**x** [y](z)", "extends": "base"})
    app = open_page(monkeypatch, "open", folder / "base.yaml")
    assert app.button(key="open-crisis").label == r"\*\*x\*\* \[y\]\(z\)"


def test_a_company_file_has_no_scenarios_beside_it(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    app = open_page(monkeypatch, "open", folder / "company.yaml")
    assert "scenario Example" in html(app)
    assert "A company was opened that has no scenarios beside it" in html(app)
    assert at(monkeypatch, folder / "company.yaml", "crisis").query_params == {}


def test_the_example_is_a_demonstration_and_a_file_is_not(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    assert "demonstration, a fictional company" in html(open_page(monkeypatch, "list"))
    assert "from a file" in html(open_page(monkeypatch, "", folder / "base.yaml"))


# Without a browser: the functions themselves


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[dict[str, object]]:
    """A session's state and address, on the base scenario of the folder as the example."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", kept)
    monkeypatch.setattr(st, "query_params", {})
    session.begin(Served(Kind.FILE, folder / "base.yaml"))
    yield kept
    for cached in (session._read, session._scenario_files, session._evaluate, session._outcome):
        cached.clear()


UPLOADED = Scenario(name="Mine", company=company_record(), initiatives=(initiative_record("a"),))


def test_a_session_begins_once(state: dict[str, object], folder: Path) -> None:
    session.begin(Served(Kind.FILE, folder / "crisis.yaml"))
    assert session.here().path == folder / "base.yaml"
    assert not session.fall_back()
    assert session.opened().scenario.name == "Base"
    assert session.fall_back()


def test_the_command_line_goes_before_the_example(
    state: dict[str, object], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", str(folder / "crisis.yaml")])
    state["served"] = served(folder / "base.yaml")
    assert session.opened().scenario.name == "Crisis"
    assert [choice.name for choice in session.choices()] == ["Crisis", "Base", "Broken"]


def test_what_was_uploaded_has_no_address(state: dict[str, object], folder: Path) -> None:
    st.query_params["scenario"] = "crisis"
    assert session.opened().scenario.name == "Crisis"
    session.look_at(UPLOADED)
    session.keep_address()
    assert st.query_params == {}
    assert session.opened().id is None
    assert session.link_to("a") is None
    assert not session.is_open("crisis")
    session.read_again()
    assert session.opened().scenario is UPLOADED


@pytest.mark.parametrize(
    ("id_", "link"),
    [
        ("call-back", "/list?initiative=call-back"),
        ("a&scenario=x#y", "/list?initiative=a%26scenario%3Dx%23y"),
        ('"><b>/../é', "/list?initiative=%22%3E%3Cb%3E%2F..%2F%C3%A9"),
    ],
)
def test_a_link_leads_to_an_initiative_of_what_is_open(
    state: dict[str, object], folder: Path, id_: str, link: str
) -> None:
    assert session.link_to(id_) == link
    session.choose("crisis")
    assert session.link_to(id_) == f"{link}&scenario=crisis"


def test_a_file_that_cannot_be_read_leaves_open_what_was(state: dict[str, object], folder: Path) -> None:
    session.opened()
    session.choose("broken")
    with pytest.raises(InputError, match="Nowhere is not known here"):
        session.opened()
    assert session.opened().scenario.name == "Base"
    assert session.is_open("base")


def test_equal_inputs_are_evaluated_once_for_all_sessions(
    state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[str] = []
    evaluate = session.evaluate

    def counted(scenario: Scenario) -> object:
        times.append(scenario.name)
        return evaluate(scenario, draws=20)

    monkeypatch.setattr(session, "evaluate", counted)
    first = session.evaluation()
    assert session.evaluation() is first
    here = state["served"]
    state.clear()
    state["served"] = here
    session.look_at(UPLOADED)
    assert session.evaluation() is not first
    session.look_at(UPLOADED.model_copy())
    again = session.evaluation()
    session.look_at(UPLOADED.model_copy(update={"name": "Another name"}))
    assert session.evaluation().ranking.run.scenario == "Another name"
    session.look_at(UPLOADED.model_copy(update={"name": "Mine"}))
    assert session.evaluation() is again
    assert times == ["Base", "Mine", "Another name"]


def test_a_what_if_is_computed_once(state: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate = session.evaluate
    monkeypatch.setattr(session, "evaluate", lambda scenario: evaluate(scenario, draws=20))
    base = session.evaluation()
    first, second = session.outcome(base, WhatIf(churn=1.5)), session.outcome(base, WhatIf(churn=1.2))
    assert session.outcome(base, WhatIf(churn=1.5)) is first
    assert first.together != second.together


def test_a_company_too_large_for_a_server_is_refused(state: dict[str, object]) -> None:
    many = company(initiatives=[initiative(f"i{k}") for k in range(751)])  # 4 · 751 series of 10,000 draws
    session.look_at(
        Scenario(
            name="Large",
            company=company_record(),
            initiatives=tuple(initiative_record(one["id"]) for one in many["initiatives"]),
        )
    )
    with pytest.raises(InputError, match="Give at most"):
        session.evaluation()
