"""Who is signed in, as the application's script finds out at every run; and that nothing is shown where nobody is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from services.sign_in_cases import ANNA, PASSWORD, company, count_hashes, with_password
from streamlit.testing.v1 import AppTest

from prioritizer.services import people
from prioritizer.services import sign_in as services
from prioritizer.ui import company_account, sign_in
from prioritizer.ui.cookies import SESSION


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    count_hashes(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = company(tmp_path)
    for id_ in (ANNA, "otto"):
        with_password(made, id_, moment=datetime.now(UTC) - timedelta(hours=1))
    return made


class Context:
    """What a browser sends: its cookies, and the address that it shows."""

    def __init__(self, cookies: dict[str, str], url: str | None = None) -> None:
        self.cookies, self.url = cookies, url


class User:
    def __init__(self, **claims: Any) -> None:
        self.claims = claims

    def to_dict(self) -> dict[str, Any]:
        return self.claims


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The cookies of a browser."""
    cookies: dict[str, str] = {}
    monkeypatch.setattr(st, "context", Context(cookies, "http://127.0.0.1:8501/what-if?churn=2"))
    return cookies


def now_signed_in(path: Path, id_: str) -> str:
    return services.sign_in(path, id_, PASSWORD)


def id_in(path: Path) -> str | None:
    person = sign_in.signed_in(path)
    return person.id if person else None


def with_account(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Somebody signed in with a company account, as the provider says."""
    issued = int(datetime.now(UTC).timestamp())
    said = {"iss": "https://id.example", "sub": "17", "email": ANNA, "email_verified": True, "iat": issued}
    monkeypatch.setattr(st, "user", User(is_logged_in=True, **{**said, **changes}))
    monkeypatch.setattr(company_account, "_settings", lambda: {"client_id": "x"})


def test_the_cookie_says_who_it_is_at_every_run(path: Path, browser: dict[str, str]) -> None:
    assert id_in(path) is None
    browser[SESSION] = now_signed_in(path, ANNA)
    assert id_in(path) == ANNA
    people.disable_person(path, ANNA, "boss")
    assert id_in(path) is None
    browser[SESSION] = "made up"
    assert id_in(path) is None


def test_a_company_account_says_who_it_is(monkeypatch: pytest.MonkeyPatch, path: Path, browser: dict[str, str]) -> None:
    with_account(monkeypatch)
    assert id_in(path) == ANNA
    browser[SESSION] = now_signed_in(path, "otto")
    assert id_in(path) == "otto"


@pytest.mark.parametrize(
    "changes",
    [{"email_verified": "true"}, {"email_verified": None}, {"iss": ""}, {"sub": None}, {"iat": None}, {"iat": "1"}],
)
def test_a_company_account_must_say_enough(
    monkeypatch: pytest.MonkeyPatch, path: Path, browser: dict[str, str], changes: dict[str, Any]
) -> None:
    with_account(monkeypatch, **changes)
    assert id_in(path) is None


def test_without_a_provider_no_account_counts(
    monkeypatch: pytest.MonkeyPatch, path: Path, browser: dict[str, str]
) -> None:
    with_account(monkeypatch)
    monkeypatch.setattr(company_account, "_settings", dict)
    assert id_in(path) is None


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"client_id": "x"}, None),
        ({"redirect_uri": "x", "okta": {"client_id": "x"}}, "okta"),
        ({"redirect_uri": ""}, None),
    ],
)
def test_the_provider_may_have_a_name(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], name: str | None
) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(company_account, "_settings", lambda: settings)
    monkeypatch.setattr(st, "login", asked.append)
    company_account.ask()
    assert asked == [name]


def test_what_a_window_holds_of_somebody_else_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, path: Path, browser: dict[str, str]
) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    browser[SESSION] = now_signed_in(path, ANNA)
    id_in(path)
    state["typed"] = "by Anna"
    id_in(path)
    assert state["typed"] == "by Anna"
    browser[SESSION] = now_signed_in(path, "otto")
    id_in(path)
    assert "typed" not in state


def asking() -> None:
    from prioritizer.ui.sign_in import ask

    ask()


def test_where_nobody_is_signed_in_the_way_back_is_shown(monkeypatch: pytest.MonkeyPatch, browser: Any) -> None:
    app = AppTest.from_function(asking).run()
    (shown,) = (one.proto.body for one in app.get("html"))
    assert "You are not signed in" in shown
    assert 'href="/sign-in?next=%2Fwhat-if%3Fchurn%3D2"' in shown
    assert not app.button


def test_an_account_that_nobody_has_here_can_be_left(monkeypatch: pytest.MonkeyPatch, browser: Any) -> None:
    with_account(monkeypatch)
    left: list[bool] = []
    monkeypatch.setattr(st, "logout", lambda: left.append(True))
    app = AppTest.from_function(asking).run()
    assert "belongs to nobody in this workspace" in app.get("html")[0].proto.body
    app.button(key="leave-account").click().run()
    assert left == [True]


def test_the_page_that_leads_to_the_provider_shows_nothing_else(monkeypatch: pytest.MonkeyPatch, browser: Any) -> None:
    with_account(monkeypatch)
    asked: list[str | None] = []
    monkeypatch.setattr(st, "login", asked.append)
    app = AppTest.from_function(asking)
    app.query_params["account"] = "company"
    app.run()
    assert asked == [None]
    assert "not signed in" not in app.get("html")[0].proto.body


def test_signing_out_ends_everything(monkeypatch: pytest.MonkeyPatch, path: Path, browser: dict[str, str]) -> None:
    browser[SESSION] = now_signed_in(path, ANNA)
    elsewhere = now_signed_in(path, ANNA)
    with_account(monkeypatch)
    left: list[str] = []
    monkeypatch.setattr(st, "logout", lambda: left.append("account"))
    monkeypatch.setattr(st, "stop", lambda: left.append("run"))
    monkeypatch.setattr(st, "rerun", lambda: left.append("again"))
    sign_in.sign_out_everywhere(path)
    assert left == ["account", "run", "again"]
    assert services.person_of_session(path, elsewhere) is None
    assert id_in(path) is None


def test_nothing_of_a_workspace_is_shown_to_nobody(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", str(path)])
    app = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=300).run()
    assert not app.exception
    shown = [one.proto.body for one in app.get("html") if not one.proto.body.startswith("<style")]
    assert len(shown) == 1
    assert "You are not signed in" in shown[0]
    assert not app.button
