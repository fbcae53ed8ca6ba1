"""Pages that need no script and nothing but themselves: what people see before they are signed in."""

import base64
import hashlib
from pathlib import Path

from starlette.responses import HTMLResponse

from prioritizer.language import _, asked_for
from prioritizer.ui.markup import Child, Element, element, html

STYLE = (Path(__file__).parent / "assets/sign-in.css").read_text(encoding="utf-8")
_KNOWN = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_KNOWN}'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}


def page(title: str, *content: Child, status: int = 200) -> HTMLResponse:
    """A page with a heading."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} · Prioritizer"),
        element("link", rel="icon", href="/favicon.png"),
        element("style", STYLE),
    )
    body = element("body", element("main", element("h1", title), *content))
    text = html([element("html", head, body, lang=asked_for())])
    return HTMLResponse(f"<!doctype html>{text}", status_code=status, headers=HEADERS)


def form(action: str, button: str, hidden: dict[str, str], *content: Child) -> Element:
    """A form with one button, and what it sends without showing it."""
    kept = (element("input", type="hidden", name=name, value=value) for name, value in hidden.items())
    return element("form", *kept, *content, element("button", button, type="submit"), method="post", action=action)


def field(label: str, name: str, kind: str, autocomplete: str, value: str | None = None, **more: str | None) -> Element:
    """A field of a form below its label."""
    attributes = {"id": name, "name": name, "type": kind, "autocomplete": autocomplete, "value": value, **more}
    return element("div", element("label", label, for_=name), element("input", required="required", **attributes))


def complaint(*texts: str) -> Element:
    """What is wrong, and how to mend it."""
    return element("div", *(element("p", text) for text in texts), class_="complaint", role="alert")


def refusal(text: str, status: int) -> HTMLResponse:
    """A page that says why there is nothing else to see."""
    return page(_("This cannot be shown"), element("p", text), status=status)
