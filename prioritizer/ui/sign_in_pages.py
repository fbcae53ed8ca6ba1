"""The pages around signing in: they work without scripts, and keep what was typed, passwords apart."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from prioritizer.domain.people import Person
from prioritizer.errors import InputError, PrioritizerError, StoreError
from prioritizer.language import _, asked_for, speak
from prioritizer.services import sign_in as services
from prioritizer.services.people import people
from prioritizer.ui import cookies
from prioritizer.ui.company_account import ADDRESS as COMPANY_ACCOUNT
from prioritizer.ui.company_account import is_offered
from prioritizer.ui.markup import Child, Element, element
from prioritizer.ui.plain_page import complaint, field, form, page

P = ParamSpec("P")
R = TypeVar("R")

SIGN_IN, INVITATION, SIGN_OUT, HEALTH = "/sign-in", "/invitation", "/sign-out", "/health"
TO_PROVIDER = "/company-account"
LARGEST_FORM = 64 * 1024  # bytes
AT_ONCE = CapacityLimiter(2)  # passwords that are hashed: each takes 64 MB and a processor for a tenth of a second

Page = Callable[[Request, Path], Awaitable[Response]]


def routes(workspace: Path | None) -> list[Route]:
    """The pages of a workspace; without one only whether the server answers."""
    found = [Route(HEALTH, partial(_health, workspace=workspace), methods=["GET"])]
    if workspace is None:
        return found
    for address, method, shown in (
        (SIGN_IN, "GET", _ask),
        (SIGN_IN, "POST", _sign_in),
        (TO_PROVIDER, "GET", _lead_to_provider),
        (INVITATION, "GET", _invite),
        (INVITATION, "POST", _accept),
        (SIGN_OUT, "POST", _sign_out),
    ):
        found.append(Route(address, _in_words(shown, workspace), methods=[method]))
    return found


def local(address: str) -> str:
    """An address to go to, where it is one of ours; otherwise the first page."""
    ours = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    try:
        path = urlsplit(address).path
    except ValueError:
        return "/"
    return address if ours and path not in (SIGN_IN, TO_PROVIDER, INVITATION, SIGN_OUT, HEALTH) else "/"


async def in_turn(work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """The result of work that hashes passwords; a flood of it waits, and holds nobody else up."""
    return await to_thread.run_sync(partial(work, *arguments, **named), limiter=AT_ONCE)


def _in_words(shown: Page, workspace: Path) -> Callable[[Request], Awaitable[Response]]:
    """A page in the language asked for; a file that cannot be used is said in words."""

    async def answer(request: Request) -> Response:
        speak(asked_for())
        try:
            response = await shown(request, workspace)
        except StoreError as error:
            response = page(_("The workspace cannot be used"), complaint(*_lines(error)), status=503)
        if response.headers.get("content-type", "").startswith("text/html"):
            cookies.keep(request, response, cookies.FORM, _form_token(request))
        return response

    return answer


async def _ask(request: Request, workspace: Path) -> Response:
    next_ = local(request.query_params.get("next", "/"))
    person = await signed_in(request, workspace)
    if person is not None:
        return _already(request, person, next_)
    said = _("Your password is set. Sign in with it.") if "set" in request.query_params else None
    return _sign_in_page(request, next_, "", element("p", said, role="status") if said else None)


async def _sign_in(request: Request, workspace: Path) -> Response:
    sent = await _sent(request)
    next_, id_ = local(sent.get("next", "/")), sent.get("name", "")
    if not cookies.is_ours(request, sent.get("form", "")):
        return _sign_in_page(request, next_, id_, complaint(*_not_ours()), 403)
    try:
        token = await in_turn(services.sign_in, workspace, id_, sent.get("password", ""))
    except InputError as error:
        return _sign_in_page(request, next_, id_, complaint(*_lines(error)), 400)
    await _end_session(request, workspace)
    response = RedirectResponse(next_, 303)
    cookies.forget_who(request, response)
    response.delete_cookie(cookies.NEXT, path="/")
    cookies.keep(request, response, cookies.SESSION, token)
    return response


async def _lead_to_provider(request: Request, workspace: Path) -> Response:
    """On to the provider, which leads back to the first page: where somebody wanted to go is kept meanwhile."""
    response = RedirectResponse(COMPANY_ACCOUNT if is_offered() else SIGN_IN, 303)
    cookies.keep_next(request, response, local(request.query_params.get("next", "/")))
    return response


def lead_on(request: Request) -> Response | None:
    """Where to go for somebody who comes to the first page from a provider, once; None where nowhere else."""
    wanted = local(request.cookies.get(cookies.NEXT, "/"))
    if request.method != "GET" or request.url.path != "/" or request.url.query or wanted == "/":
        return None
    response = RedirectResponse(wanted, 303)
    response.delete_cookie(cookies.NEXT, path="/")
    return response


async def _invite(request: Request, workspace: Path) -> Response:
    return await _invitation_page(request, workspace, request.query_params.get("token", ""))


async def _accept(request: Request, workspace: Path) -> Response:
    sent = await _sent(request)
    token, password = sent.get("token", ""), sent.get("password", "")
    if not cookies.is_ours(request, sent.get("form", "")):
        return await _invitation_page(request, workspace, token, complaint(*_not_ours()), 403)
    if password != sent.get("again"):
        differ = complaint(_("The two passwords are not the same. Type both again."))
        return await _invitation_page(request, workspace, token, differ, 400)
    try:
        await in_turn(services.accept, workspace, token, password)
    except InputError as error:
        return await _invitation_page(request, workspace, token, complaint(*_lines(error)), 400)
    return RedirectResponse(f"{SIGN_IN}?set=1", 303)


async def _sign_out(request: Request, workspace: Path) -> Response:
    sent = await _sent(request)
    person = await signed_in(request, workspace)
    if not cookies.is_ours(request, sent.get("form", "")):
        return page(_("You are still signed in"), complaint(*_not_ours()), status=403)
    if person is not None:
        await to_thread.run_sync(services.sign_out, workspace, person.id)
    response = RedirectResponse(SIGN_IN, 303)
    cookies.forget_who(request, response)
    return response


async def _health(request: Request, workspace: Path | None) -> Response:
    """Whether the server answers and, where it serves a workspace, can read it. Says nothing about content."""
    try:
        if workspace is not None:
            await to_thread.run_sync(people, workspace)
    except PrioritizerError:
        return JSONResponse({"status": "the workspace cannot be read"}, 503)
    return JSONResponse({"status": "ok"})


async def signed_in(request: Request, workspace: Path) -> Person | None:
    """Who is signed in with a password."""
    token = request.cookies.get(cookies.SESSION)
    return await to_thread.run_sync(services.person_of_session, workspace, token) if token else None


async def _end_session(request: Request, workspace: Path) -> None:
    """End the session that a new one takes the place of."""
    if token := request.cookies.get(cookies.SESSION):
        await to_thread.run_sync(services.end_session, workspace, token)


def _sign_in_page(request: Request, next_: str, id_: str, said: Child, status: int = 200) -> Response:
    asked = form(
        SIGN_IN,
        _("Sign in"),
        {"form": _form_token(request), "next": next_},
        field(_("Name"), "name", "text", "username", id_, autocapitalize="none", spellcheck="false"),
        field(_("Password"), "password", "password", "current-password"),
    )
    return page(_("Sign in to Prioritizer"), said, asked, _company_account(next_), status=status)


def _company_account(next_: str) -> Element | None:
    if not is_offered():
        return None
    there = f"{TO_PROVIDER}?{urlencode({'next': next_})}"
    return element("p", element("a", _("Sign in with your company account"), href=there), class_="other")


def _already(request: Request, person: Person, next_: str) -> Response:
    leave = form(SIGN_OUT, _("Sign out everywhere"), {"form": _form_token(request)})
    back = element("p", element("a", _("Go on"), href=next_))
    return page(_("You are signed in as {name}").format(name=person.name), back, leave)


async def _invitation_page(
    request: Request, workspace: Path, token: str, said: Element | None = None, status: int = 200
) -> Response:
    try:
        person = await to_thread.run_sync(services.invited, workspace, token)
    except InputError as error:
        return page(_("Set your password"), complaint(*_lines(error)), status=410)
    least = str(services.SHORTEST_PASSWORD)
    asked = form(
        INVITATION,
        _("Set the password"),
        {"form": _form_token(request), "token": token},
        field(_("Name"), "name", "text", "username", person.id, readonly="readonly"),
        field(_("Password"), "password", "password", "new-password", minlength=least, aria_describedby="rule"),
        element("p", _("At least {least} characters of any kind.").format(least=least), id="rule", class_="hint"),
        field(_("The same password again"), "again", "password", "new-password", minlength=least),
    )
    return page(_("Set your password"), said, asked, status=status)


async def _sent(request: Request) -> dict[str, str]:
    """What a form sent; nothing where it is too large to be one of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _form_token(request: Request) -> str:
    """What this request's form sends along, and its cookie holds."""
    if not hasattr(request.state, "form_token"):
        request.state.form_token = cookies.form_token(request)
    return str(request.state.form_token)


def _not_ours() -> tuple[str, ...]:
    return (_("This form was open for too long, or your browser keeps no cookies. Nothing was done. Send it again."),)


def _lines(error: Any) -> list[str]:
    """What an error says, a line for each thing."""
    return [str(one) for one in error.complaints] if isinstance(error, InputError) else [str(error)]
