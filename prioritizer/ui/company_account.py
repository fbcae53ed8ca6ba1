"""Accounts at the company's identity provider, through Streamlit's own sign-in (OpenID Connect)."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from prioritizer.services.sign_in import Identity

_KEY = "account"
ADDRESS = f"/?{_KEY}=company"  # the page that leads to the provider


def is_offered() -> bool:
    """Whether an identity provider is configured: `[auth]` in secrets.toml."""
    return bool(_settings())


def is_asked_for() -> bool:
    """Whether the address is that of the page that leads to the provider."""
    return is_offered() and _KEY in st.query_params


def ask() -> None:
    """Lead to the provider."""
    st.login(_provider())


def leave() -> None:
    """End the sign-in in this browser, and at the provider if it can."""
    st.logout()
    st.stop()


def is_signed_in() -> bool:
    """Whether somebody is signed in with a company account, known here or not."""
    return is_offered() and _claims().get("is_logged_in") is True


def identity() -> Identity | None:
    """What the provider said about who is signed in; None where nobody is, or it did not say enough."""
    claims = _claims()
    issuer, subject, issued = claims.get("iss"), claims.get("sub"), claims.get("iat")
    if not is_signed_in() or not issuer or not subject or not isinstance(issued, int):
        return None
    return Identity(
        issuer=str(issuer),
        subject=str(subject),
        email=str(claims.get("email") or ""),
        email_verified=claims.get("email_verified") is True,
        issued_at=datetime.fromtimestamp(issued, UTC),
    )


def _claims() -> dict[str, Any]:
    return dict(st.user.to_dict())


def _settings() -> dict[str, Any]:
    with suppress(StreamlitSecretNotFoundError, KeyError):
        return dict(st.secrets["auth"])
    return {}


def _provider() -> str | None:
    """The provider's name where it has one: `[auth.NAME]` instead of `[auth]`."""
    settings = _settings()
    named = [name for name, value in settings.items() if hasattr(value, "keys") and "client_id" in value]
    return None if "client_id" in settings or not named else str(named[0])
