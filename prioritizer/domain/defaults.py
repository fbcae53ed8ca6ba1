"""What a run is like unless somebody says otherwise; the same from Python and from a terminal."""

DEFAULT_DRAWS = 10_000
DEFAULT_SEED = 1
