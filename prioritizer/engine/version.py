"""The version of the model: it rises with every change that alters a printed number (CHANGELOG.md, *Results change*)."""

MODEL_VERSION = "1"
