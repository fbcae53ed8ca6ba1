"""What the browser keeps: the token of a session, and what proves that a form is ours."""

import secrets
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

SESSION = "prioritizer_session"
FORM = "prioritizer_form"
NEXT = "prioritizer_next"  # where somebody wanted to go who signs in with a company account
NEXT_LASTS = 600  # seconds
LONGEST_NEXT = 3500  # bytes: browsers keep no cookie beyond 4,096
COMPANY_ACCOUNT = "_streamlit_user"  # and what begins so: set by Streamlit after a sign-in with a company account


def keep(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Let the browser keep something until it is closed, or for some seconds: no script or other site reaches it."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


def keep_next(request: Request, response: Response, address: str) -> None:
    """Let the browser keep where somebody wants to go, for as long as signing in takes.

    Not the first page, where one arrives anyway, nor an address that is longer than a cookie.
    """
    value = quote(address, safe="/?&=%#:@!$'()*+[]~")
    if address != "/" and len(value) <= LONGEST_NEXT:
        keep(request, response, NEXT, value, NEXT_LASTS)
    else:
        response.delete_cookie(NEXT, path="/")


def forget_who(request: Request, response: Response) -> None:
    """Let the browser forget who is signed in, in whichever way."""
    for name in request.cookies:
        if name == SESSION or name.startswith(COMPANY_ACCOUNT):
            response.delete_cookie(name, path="/")


def has_company_account(request: Request) -> bool:
    """Whether somebody seems to be signed in with a company account. Only the application's script can tell who."""
    return COMPANY_ACCOUNT in request.cookies


def form_token(request: Request) -> str:
    """What a form has to send along: the same for all forms of a browser."""
    return request.cookies.get(FORM) or secrets.token_urlsafe(32)


def is_ours(request: Request, sent: str) -> bool:
    """Whether a form was made here, for this browser, and sent from one of our pages."""
    kept = request.cookies.get(FORM, "")
    return bool(kept) and secrets.compare_digest(kept.encode(), sent.encode()) and _is_from_here(request)


def _is_from_here(request: Request) -> bool:
    source = request.headers.get("origin") or request.headers.get("referer") or ""
    try:
        return urlsplit(source).netloc == request.headers["host"]
    except (KeyError, ValueError):
        return False
