"""What stands around the pages on the network: who is let through to them, and what browsers are told to refuse."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prioritizer.errors import StoreError
from prioritizer.language import _, asked_for, speak
from prioritizer.ui import cookies, sign_in_pages
from prioritizer.ui.company_account import ADDRESS as COMPANY_ACCOUNT
from prioritizer.ui.company_account import is_offered
from prioritizer.ui.plain_page import refusal
from prioritizer.ui.served import FILES
from prioritizer.ui.server import is_local

# What Streamlit itself needs to begin: its own files, its channel (whose script asks who is there), its sign-in.
PUBLIC = ("/_stcore/", "/static/", "/component/", "/auth/")
PUBLIC_PAGES = (
    "/favicon.png",
    "/favicon.ico",
    "/manifest.json",
    "/oauth2callback",
    sign_in_pages.SIGN_IN,
    sign_in_pages.TO_PROVIDER,
    sign_in_pages.INVITATION,
    sign_in_pages.SIGN_OUT,
    sign_in_pages.HEALTH,
)
# Streamlit and Plotly write scripts and styles into the page; everything comes from here, and nothing leaves.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def workspace() -> Path | None:
    """The workspace in which people sign in, where the command line names one."""
    given = [Path(word) for word in sys.argv[1:2]]
    return next((path for path in given if path.suffix.lower() not in FILES), None)


def routes() -> list[Route]:
    """The pages beside those of the application's script."""
    return sign_in_pages.routes(workspace())


def middleware() -> list[Middleware]:
    """What every request passes: first the headers of its answer, then whether it is let through."""
    return [Middleware(Headers), Middleware(Door, workspace=workspace())]


class Headers:
    """Tells browsers what a page of ours never does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, tell if scope["type"] == "http" else send)


class Door:
    """Lets nobody from outside in where nobody signs in, and to the pages of a workspace only who is signed in.

    It spares people a page that asks them to sign in. Who is there, and what they may see, the script and the services
    find out anew at every run: a company account is only seen here, not checked.
    """

    def __init__(self, app: ASGIApp, workspace: Path | None) -> None:
        self.app, self.workspace = app, workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._refusal(HTTPConnection(scope)) if scope["type"] in ("http", "websocket") else None
        if answer is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _refusal(self, connection: HTTPConnection) -> Response | None:
        """What is answered instead; None where somebody is let through."""
        speak(asked_for())
        if self.workspace is None:
            return _exposed() if any(not is_local(address) for address in _addresses(connection)) else None
        if connection.scope["type"] == "websocket" or _is_public(connection):
            return None
        return await self._ask(Request(connection.scope), self.workspace)

    async def _ask(self, request: Request, workspace: Path) -> Response | None:
        if is_offered() and cookies.has_company_account(request):
            return sign_in_pages.lead_on(request)
        try:
            if await sign_in_pages.signed_in(request, workspace) is not None:
                return None
        except StoreError as error:
            return refusal(str(error), 503)
        if request.method not in ("GET", "HEAD"):
            return refusal(_("You are not signed in."), 401)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{sign_in_pages.SIGN_IN}?{urlencode({'next': here})}", 303)


def _is_public(connection: HTTPConnection) -> bool:
    path = connection.url.path
    leads_to_the_provider = is_offered() and f"{path}?{connection.url.query}" == COMPANY_ACCOUNT
    return path.startswith(PUBLIC) or path in PUBLIC_PAGES or leads_to_the_provider


def _addresses(connection: HTTPConnection) -> Iterator[str]:
    """Where the server was told to listen, and where this request came in."""
    yield str(st.get_option("server.address") or "")
    if (server := connection.scope.get("server")) is not None:
        yield str(server[0])


def _exposed() -> Response:
    text = _(
        "Other machines can reach this server, and nobody signs in here. Serve a workspace with prioritizer app "
        "--workspace FILE, or let the server listen on this machine only."
    )
    return refusal(text, 403)
