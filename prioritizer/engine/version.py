"""The version of the model: it rises with every change that alters a printed number (see CHANGELOG.md)."""

MODEL_VERSION = "2"
