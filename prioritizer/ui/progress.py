"""How far a search is, on the page, with a button that ends it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from prioritizer.language import _

Progress = Callable[[float], None]


@contextmanager
def searching(key: Any, doing: str, on_cancel: Callable[[], None] | None = None) -> Iterator[Progress]:
    """A bar that fills, with a button that ends the search: pressing it runs the page anew.

    `on_cancel`: what the page is about then, so that it does not begin the same search again.
    """
    slot = st.empty()
    with slot.container():
        bar = st.progress(0.0, doing)
        st.button(_("Cancel"), key=f"cancel-{key}", on_click=on_cancel)

    def progress(share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), doing)

    try:
        yield progress
    finally:
        slot.empty()
