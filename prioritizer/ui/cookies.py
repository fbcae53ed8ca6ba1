"""What the browser keeps: the token of a session, and what proves that a form is ours."""

import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

SESSION = "prioritizer_session"
FORM = "prioritizer_form"
COMPANY_ACCOUNT = "_streamlit_user"  # and what begins so: set by Streamlit after a sign-in with a company account


def keep(request: Request, response: Response, name: str, value: str) -> None:
    """Let the browser keep something until it is closed: out of reach of scripts and of other sites' forms."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")


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
