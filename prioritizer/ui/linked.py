"""Controls whose place in the address we keep ourselves: Streamlit would write labels there."""

from collections.abc import Sequence

import streamlit as st


def widget(key: str) -> str:
    """The key of a control, by its key in the address."""
    return f"chosen-{key}"


def linked(key: str, known: Sequence[str]) -> list[str]:
    """What the address says of a control, as far as it can be chosen."""
    return [value for value in st.query_params.get_all(key) if value in known]


def begin_as_linked(key: str, value: object) -> None:
    """Let a control that this session has not seen yet begin as the address says."""
    st.session_state.setdefault(widget(key), value)


def keep_in_link(key: str, values: Sequence[str]) -> None:
    """Let the address say what a control stands at."""
    if values:
        st.query_params[key] = list(values)
    else:
        st.query_params.pop(key, None)
