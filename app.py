"""The web application: `prioritizer app`, or `streamlit run app.py [-- SCENARIO or WORKSPACE]`.

The server imports it once for the network; each visit then runs it as a script.
"""

from pathlib import Path

import streamlit as st

from prioritizer.ui import web
from prioritizer.ui.shell import open_app

app = st.App(__file__, routes=web.routes(), middleware=web.middleware())

if __name__ == "__main__":
    open_app(example=Path(__file__).parent / "scenarios/base.yaml")
