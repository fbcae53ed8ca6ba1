"""The places of the application, in the order of the work, and who sees them."""

from typing import Any

import streamlit as st

from prioritizer.language import _
from prioritizer.ui.views import customers, open_company, priority_list, what_if

OPEN = "open"  # the address of the page that works even where nothing is open


def pages() -> list[Any]:
    """Every page with its address; the first one is where a session begins."""
    return [
        st.Page(priority_list.view, title=_("Priority list"), url_path="list", default=True),
        st.Page(what_if.view, title=_("What if"), url_path="what-if"),
        st.Page(customers.view, title=_("Customers"), url_path="customers"),
        st.Page(open_company.view, title=_("Open a company"), url_path=OPEN),
    ]
