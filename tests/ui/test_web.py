"""The pages around signing in, as browsers and those who pretend to be one meet them."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from services.sign_in_cases import ANNA, PASSWORD, Counting, company, count_hashes, with_password
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from prioritizer.services import people
from prioritizer.services import sign_in as services
from prioritizer.ui import web
from prioritizer.ui.cookies import FORM, NEXT, SESSION
from prioritizer.ui.sign_in_pages import LARGEST_FORM

HERE = "http://127.0.0.1:8501"
SECRET = "the priority list"
Browser = Callable[..., TestClient]
# What a what-if shares as a link: the same key several times, and a path in it with spaces, quotes, signs and letters.
DEEP = (
    "/what-if?scenario=price-war&change=groups.%22Home%20internet%22.churn.*%20%C3%97%201.1"
    "&change=budget.2027%20%3D%20120%2C000%2C000&change=groups.Mobile.acquisition_cost%20%2B%20600"
    "&change=" + "x" * 1500 + "&without=a%3Bb%26c%25"
)


@pytest.fixture(autouse=True)
def hashes(monkeypatch: pytest.MonkeyPatch) -> Counting:
    return count_hashes(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = company(tmp_path)
    with_password(made, moment=datetime.now(UTC))
    with_password(made, "otto", moment=datetime.now(UTC))
    return made


def content(_request: Request) -> Response:
    return PlainTextResponse(SECRET)


async def channel(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("there")
    await socket.close()


def browser(monkeypatch: pytest.MonkeyPatch, given: Path | None, at: str = HERE) -> TestClient:
    """A browser before a server that serves something; what stands for the application's pages is one secret."""
    monkeypatch.setattr("sys.argv", ["app.py", *([str(given)] if given else [])])
    pages = [Route("/{rest:path}", content, methods=["GET", "POST", "PUT"]), WebSocketRoute("/_stcore/stream", channel)]
    app = Starlette(routes=[*web.routes(), *pages], middleware=web.middleware())
    return TestClient(app, base_url=at, follow_redirects=False)


@pytest.fixture
def anna(monkeypatch: pytest.MonkeyPatch, path: Path) -> TestClient:
    """A browser in which nobody is signed in yet."""
    return browser(monkeypatch, path)


def form_of(page: Any) -> dict[str, str]:
    """What a page's form sends besides what is typed."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in hidden}


def tags(text: str) -> set[str]:
    """The elements of a page, as a browser sees them."""
    seen: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _attributes: seen.add(tag)
    parser.feed(text)
    return seen


def send(client: TestClient, address: str, typed: dict[str, str], **headers: str) -> Any:
    return client.post(address, data=typed, headers={"Origin": str(client.base_url), **headers})


def sign_in(client: TestClient, id_: str = ANNA, password: str = PASSWORD, next_: str = "/", **headers: str) -> Any:
    form = form_of(client.get("/sign-in", params={"next": next_}))
    return send(client, "/sign-in", {**form, "name": id_, "password": password}, **headers)


def cookie(response: Any, name: str) -> Any:
    """A cookie as it was set, with its flags."""
    jar: SimpleCookie = SimpleCookie()
    for line in response.headers.get_list("set-cookie"):
        jar.load(line)
    return jar[name]


def is_in(client: TestClient) -> bool:
    return client.get("/what-if").text == SECRET


# --- the door


@pytest.mark.parametrize("address", ["/", "/what-if?churn=2", "/media/a.xlsx", "/index.html", "//evil.example/"])
def test_nothing_is_shown_before_somebody_signs_in(anna: TestClient, address: str) -> None:
    answer = anna.get(HERE + address)
    assert (answer.status_code, SECRET in answer.text) == (303, False)
    where = urlsplit(answer.headers["location"])
    assert where.path == "/sign-in"
    assert parse_qs(where.query) == {"next": [address]}


def test_other_requests_are_refused_in_words(anna: TestClient) -> None:
    answer = anna.post("/what-if")
    assert answer.status_code == 401
    assert "You are not signed in." in answer.text


@pytest.mark.parametrize("address", ["/_stcore/health", "/static/js/index.js", "/favicon.png", "/oauth2callback"])
def test_what_every_page_needs_is_let_through(anna: TestClient, address: str) -> None:
    assert anna.get(address).text == SECRET


@pytest.mark.parametrize("address", ["/_stcore", "/staticx", "/sign-in/x", "/?account=company", "/STATIC/x"])
def test_what_only_looks_like_it_is_not(anna: TestClient, address: str) -> None:
    assert anna.get(address).status_code == 303


def test_a_file_is_served_to_this_machine_without_signing_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for given in (None, tmp_path / "base.YAML"):
        client = browser(monkeypatch, given)
        assert client.get("/").text == SECRET
        assert client.get("/sign-in").text == SECRET  # there is no such page
        assert client.get("/health").json() == {"status": "ok"}


def test_beyond_this_machine_only_a_workspace_is_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: Path
) -> None:
    client = browser(monkeypatch, tmp_path / "base.yaml", "http://192.168.0.7:8501")
    answer = client.get("/")
    assert (answer.status_code, SECRET in answer.text) == (403, False)
    assert "Other machines can reach this server, and nobody signs in here." in answer.text
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream") as socket:
        socket.receive_text()
    assert browser(monkeypatch, path, "http://192.168.0.7:8501").get("/").status_code == 303


@pytest.mark.parametrize("address", ["0.0.0.0", "", "::", "192.168.0.7", "prioritizer.example"])
def test_a_server_told_to_listen_beyond_this_machine_shows_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setattr("streamlit.get_option", lambda name: {"server.address": address}[name])
    assert browser(monkeypatch, tmp_path / "base.yaml").get("/").status_code == 403


def test_the_channel_is_open_and_its_script_asks_who_is_there(anna: TestClient) -> None:
    with anna.websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_text() == "there"


def test_health_says_nothing_about_content(monkeypatch: pytest.MonkeyPatch, anna: TestClient, path: Path) -> None:
    assert anna.get("/health").json() == {"status": "ok"}
    path.write_bytes(b"no database at all")
    answer = anna.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "the workspace cannot be read"})
    assert anna.get("/").status_code == 303
    page = send(anna, "/sign-in", {**form_of(anna.get("/sign-in")), "name": ANNA, "password": PASSWORD})
    assert page.status_code == 503
    assert "is no database" in page.text


def test_browsers_are_told_what_a_page_never_does(anna: TestClient) -> None:
    for address in ("/_stcore/health", "/sign-in", "/"):
        headers = anna.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    policy = anna.get("/sign-in").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
    assert "script" not in tags(anna.get("/sign-in").text)


# --- signing in and out


def test_who_signs_in_comes_back_to_the_page_that_was_asked_for(anna: TestClient) -> None:
    answer = sign_in(anna, next_="/what-if?churn=2&note=a b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/what-if?churn=2&note=a%20b")
    assert is_in(anna)


def test_a_long_address_with_many_changes_comes_back_as_it_was(anna: TestClient) -> None:
    assert anna.get(DEEP).headers["location"].startswith("/sign-in?next=%2Fwhat-if%3Fscenario%3D")
    page = anna.get(anna.get(DEEP).headers["location"])
    answer = send(anna, "/sign-in", {**form_of(page), "name": ANNA, "password": PASSWORD})
    assert answer.headers["location"] == DEEP


def test_the_cookie_is_out_of_reach_and_ends_with_the_browser(anna: TestClient) -> None:
    kept = cookie(sign_in(anna), SESSION)
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "lax", "/")
    assert (kept["max-age"], kept["expires"], kept["secure"], kept["domain"]) == ("", "", "", "")
    assert len(kept.value) == 43


def test_the_cookie_is_for_https_only_where_there_is_https(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    client = browser(monkeypatch, path, "https://prioritizer.example")
    assert cookie(client.get("/sign-in"), FORM)["secure"] is True
    assert cookie(sign_in(client), SESSION)["secure"] is True


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "evil",
        ),
        *("/\t/evil.example", "/\n", "/sign-in", "/sign-out?x", "/invitation", "", "http:/evil", "//[", "/ü"),
    ],
)
def test_nobody_is_led_elsewhere(anna: TestClient, address: str) -> None:
    assert sign_in(anna, next_=address).headers["location"] in ("/", "/%C3%BC")


def test_who_is_refused_is_told_the_same_and_keeps_what_was_typed(
    anna: TestClient, path: Path, hashes: Counting
) -> None:
    people.disable_person(path, "otto", "boss")
    pages = []
    for id_, password in ((ANNA, "wrong one"), ("otto", PASSWORD), ("nobody", PASSWORD), ("boss", "wrong one")):
        hashes.compared.clear()
        answer = sign_in(anna, id_, password, next_="/what-if")
        assert (answer.status_code, len(hashes.compared)) == (400, 1)
        assert f'value="{id_}"' in answer.text
        assert 'value="/what-if"' in answer.text
        assert password not in answer.text
        assert SESSION not in answer.headers.get("set-cookie", "")
        pages.append(answer.text.replace(f'value="{id_}"', ""))
    assert len(set(pages)) == 1
    assert "do not sign in anybody" in pages[0]


def test_what_was_typed_is_text(anna: TestClient) -> None:
    answer = sign_in(anna, '"><script>alert(1)</script>')
    assert "script" not in tags(answer.text)
    assert "&quot;&gt;" in answer.text


@pytest.mark.parametrize("sent", [None, "", "made-up"])
def test_a_form_that_is_not_ours_does_nothing(anna: TestClient, hashes: Counting, sent: str | None) -> None:
    form = {**form_of(anna.get("/sign-in")), "name": ANNA, "password": PASSWORD}
    if sent is None:
        del form["form"]
    else:
        form["form"] = sent
    answer = send(anna, "/sign-in", form)
    assert (answer.status_code, hashes.compared) == (403, [])
    assert "Nothing was done" in answer.text
    assert f'value="{ANNA}"' in answer.text
    assert send(anna, "/sign-in", {**form_of(answer), "name": ANNA, "password": PASSWORD}).status_code == 303


def test_a_form_without_its_cookie_does_nothing(anna: TestClient) -> None:
    form = form_of(anna.get("/sign-in"))
    anna.cookies.clear()
    assert send(anna, "/sign-in", {**form, "name": ANNA, "password": PASSWORD}).status_code == 403
    anna.cookies.set(FORM, "")
    assert send(anna, "/sign-in", {"form": "", "name": ANNA, "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8502", "http://[", ""])
def test_a_form_from_another_page_does_nothing(anna: TestClient, origin: str) -> None:
    form = {**form_of(anna.get("/sign-in")), "name": ANNA, "password": PASSWORD}
    assert anna.post("/sign-in", data=form, headers={"Origin": origin}).status_code == 403
    assert anna.post("/sign-in", data=form, headers={"Referer": f"{origin}/sign-in"}).status_code == 403
    assert anna.post("/sign-in", data=form).status_code == 403
    assert anna.post("/sign-in", data=form, headers={"Referer": f"{HERE}/sign-in"}).status_code == 303


def test_a_form_that_is_too_large_is_not_read(anna: TestClient, hashes: Counting) -> None:
    form = {**form_of(anna.get("/sign-in")), "name": ANNA, "password": "x" * LARGEST_FORM}
    assert send(anna, "/sign-in", form).status_code == 403
    assert hashes.compared == []


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: f"{token}x", str.swapcase, lambda _: "x"])
def test_a_cookie_that_was_changed_is_nobodys(anna: TestClient, change: Callable[[str], str]) -> None:
    token = cookie(sign_in(anna), SESSION).value
    anna.cookies.clear()
    anna.cookies.set(SESSION, change(token))
    assert not is_in(anna)
    anna.cookies.clear()
    anna.cookies.set(SESSION, token)
    assert is_in(anna)


def test_each_browser_is_who_signed_in_there(monkeypatch: pytest.MonkeyPatch, anna: TestClient, path: Path) -> None:
    otto = browser(monkeypatch, path)
    tokens = [cookie(sign_in(anna), SESSION).value, cookie(sign_in(otto, "otto"), SESSION).value]
    found = [services.person_of_session(path, token) for token in tokens]
    assert [person.id for person in found if person] == [ANNA, "otto"]
    people.disable_person(path, ANNA, "boss")
    assert (is_in(anna), is_in(otto)) == (False, True)


def test_a_session_ends_when_it_must(monkeypatch: pytest.MonkeyPatch, anna: TestClient, path: Path) -> None:
    token = cookie(sign_in(anna), SESSION).value
    now = datetime.now(UTC)
    real = services.person_of_session
    monkeypatch.setattr(services, "person_of_session", lambda *known: real(*known, now + services.LONGEST_IDLE))
    assert not is_in(anna)
    monkeypatch.setattr(services, "person_of_session", real)
    with_password(path, password="another row of words", moment=now)
    anna.cookies.set(SESSION, token)
    assert not is_in(anna)


def test_signing_in_anew_ends_the_session_before(anna: TestClient) -> None:
    first = cookie(sign_in(anna), SESSION).value
    form = {"form": anna.cookies[FORM], "next": "/", "name": "otto", "password": PASSWORD}
    assert send(anna, "/sign-in", form).status_code == 303
    assert is_in(anna)
    anna.cookies.clear()
    anna.cookies.set(SESSION, first)
    assert not is_in(anna)


def test_who_is_signed_in_is_told_so_and_signs_out_everywhere(
    monkeypatch: pytest.MonkeyPatch, anna: TestClient, path: Path
) -> None:
    elsewhere = browser(monkeypatch, path)
    sign_in(anna)
    sign_in(elsewhere)
    page = anna.get("/sign-in", params={"next": "/what-if"})
    assert "You are signed in as Anna" in page.text
    assert 'href="/what-if"' in page.text
    assert send(anna, "/sign-out", {}).status_code == 403
    assert (is_in(anna), is_in(elsewhere)) == (True, True)
    answer = send(anna, "/sign-out", form_of(page))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert SESSION not in anna.cookies
    assert (is_in(anna), is_in(elsewhere)) == (False, False)


def test_signing_out_is_no_link(anna: TestClient) -> None:
    sign_in(anna)
    anna.get("/sign-out")
    assert is_in(anna)


# --- invitations


def invitation(path: Path, id_: str = "boss") -> dict[str, str]:
    return {"token": services.invite(path, id_, "boss")}


def test_whoever_is_invited_sets_a_password_and_signs_in(anna: TestClient, path: Path) -> None:
    page = anna.get("/invitation", params=invitation(path))
    assert 'value="boss"' in page.text
    typed = {**form_of(page), "password": "an admin's row of words", "again": "an admin's row of words"}
    answer = send(anna, "/invitation", typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?set=1")
    assert "Your password is set." in anna.get("/sign-in?set=1").text
    assert sign_in(anna, "boss", "an admin's row of words").status_code == 303
    again = send(anna, "/invitation", typed)
    assert again.status_code == 410
    assert "not good any more" in again.text


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "5 characters"),
        ("a row of four words", "a row of five words", "not the same"),
        ("", "", "0 ch"),
    ],
)
def test_a_password_that_is_wrong_is_explained_and_not_shown(
    anna: TestClient, path: Path, password: str, again: str, said: str
) -> None:
    form = form_of(anna.get("/invitation", params=invitation(path)))
    answer = send(anna, "/invitation", {**form, "password": password, "again": again})
    assert answer.status_code == 400
    assert said in answer.text
    assert not password or f'value="{password}"' not in answer.text
    assert form_of(answer) == form  # the invitation is still good


def test_an_invitation_takes_a_form_of_ours(anna: TestClient, path: Path) -> None:
    form = form_of(anna.get("/invitation", params=invitation(path)))
    typed = {**form, "form": "made-up", "password": PASSWORD, "again": PASSWORD}
    assert send(anna, "/invitation", typed).status_code == 403
    assert sign_in(anna, "boss").status_code == 400


@pytest.mark.parametrize("token", ["", "made-up", '"><script>alert(1)</script>'])
def test_an_invitation_that_is_not_good_says_so(anna: TestClient, token: str) -> None:
    page = anna.get("/invitation", params={"token": token})
    assert page.status_code == 410
    assert "Ask an admin for a new one." in page.text
    assert "script" not in tags(page.text)


# --- company accounts


def test_a_company_account_is_offered_where_there_is_a_provider(
    monkeypatch: pytest.MonkeyPatch, anna: TestClient
) -> None:
    anna.cookies.set("_streamlit_user", "made up")
    assert "company account" not in anna.get("/sign-in").text
    assert not is_in(anna)
    monkeypatch.setattr(web, "is_offered", lambda: True)
    monkeypatch.setattr("prioritizer.ui.sign_in_pages.is_offered", lambda: True)
    shown = anna.get("/sign-in", params={"next": "/list?a=1"}).text
    assert '<a href="/company-account?next=%2Flist%3Fa%3D1">Sign in with your company account</a>' in shown
    assert is_in(anna)  # the script finds out who it is
    anna.cookies.clear()
    assert anna.get("/?account=company").text == SECRET
    assert anna.get("/what-if?account=company").status_code == 303


def test_signing_in_with_a_password_takes_the_place_of_a_company_account(anna: TestClient) -> None:
    anna.cookies.set("_streamlit_user", "a")
    anna.cookies.set("_streamlit_user_tokens_1", "b")
    answer = sign_in(anna)
    for name in ("_streamlit_user", "_streamlit_user_tokens_1"):
        assert cookie(answer, name)["max-age"] == "0"


@pytest.fixture
def provided(monkeypatch: pytest.MonkeyPatch, anna: TestClient) -> TestClient:
    """A browser in which nobody is signed in yet, where there is a provider."""
    monkeypatch.setattr(web, "is_offered", lambda: True)
    monkeypatch.setattr("prioritizer.ui.sign_in_pages.is_offered", lambda: True)
    return anna


def come_back(client: TestClient) -> Any:
    """What happens at the first page, where a provider leads to."""
    client.cookies.set("_streamlit_user", "made up")
    return client.get("/")


def leave_for_provider(client: TestClient, address: str) -> Any:
    """What happens where somebody follows the link to the provider, on the page that asks to sign in for an address."""
    page = client.get("/sign-in", params={"next": address})
    return client.get(html.unescape(re.search(r'href="(/company-account[^"]*)"', page.text)[1]))


@pytest.mark.parametrize("address", [DEEP, "/what-if?churn=2", "/customers", "/list?a=1&a=2"])
def test_who_comes_from_a_provider_is_led_on_once(provided: TestClient, address: str) -> None:
    left = leave_for_provider(provided, address)
    assert (left.status_code, left.headers["location"]) == (303, "/?account=company")
    kept = cookie(left, NEXT)
    assert (kept["httponly"], kept["samesite"], kept["path"], kept["domain"]) == (True, "lax", "/", "")
    assert 0 < int(kept["max-age"]) <= 600
    assert provided.get("/?account=company").text == SECRET  # on the way to the provider
    provided.get(provided.get("/media/a.png").headers["location"])  # a picture of that page is asked to sign in too
    answer = come_back(provided)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert provided.get("/").text == SECRET


def test_nobody_is_led_on_who_is_not_signed_in_or_goes_somewhere_else(provided: TestClient) -> None:
    leave_for_provider(provided, "/customers")
    assert provided.get("/").headers["location"] == "/sign-in?next=%2F"
    provided.cookies.set("_streamlit_user", "made up")
    for address in ("/what-if", "/?as=x"):
        assert provided.get(address).text == SECRET


@pytest.mark.parametrize(
    "address",
    [
        *("https://evil.example", "//evil.example", "/\\evil.example", "/sign-out", "/company-account", ""),
        *("/" + "x" * 4000, "/"),
    ],
)
def test_a_provider_leads_nowhere_else_and_an_address_too_long_is_not_kept(provided: TestClient, address: str) -> None:
    leave_for_provider(provided, "/customers")
    assert NEXT in provided.cookies
    provided.get("/company-account", params={"next": address})
    assert NEXT not in provided.cookies
    assert come_back(provided).text == SECRET


@pytest.mark.parametrize("value", ["https://evil.example", "//evil.example", "evil", '"//evil.example"', "/sign-in"])
def test_a_cookie_that_was_made_up_leads_nowhere(provided: TestClient, value: str) -> None:
    provided.cookies.set(NEXT, value)
    assert come_back(provided).text == SECRET


def test_signing_in_with_a_password_forgets_where_a_provider_would_have_led(provided: TestClient) -> None:
    leave_for_provider(provided, "/customers")
    assert sign_in(provided, next_="/list").headers["location"] == "/list"
    assert NEXT not in provided.cookies


def test_without_a_provider_its_link_leads_to_signing_in(anna: TestClient) -> None:
    assert anna.get("/company-account").headers["location"] == "/sign-in"
