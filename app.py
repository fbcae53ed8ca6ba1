"""The web application: `prioritizer app`, or `streamlit run app.py [-- SCENARIO]`."""

from pathlib import Path

from prioritizer.ui.shell import open_app

open_app(example=Path(__file__).parent / "scenarios/base.yaml")
