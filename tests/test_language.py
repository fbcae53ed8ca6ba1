"""Every word a person sees goes through gettext, and the catalogue of messages is up to date."""

import gettext
import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from prioritizer import language

ROOT = Path(__file__).parents[1]


def messages_in_code() -> set[str]:
    found = extract_from_dir(str(ROOT / "prioritizer"), keywords={"_": None, "ngettext": (1, 2)})
    return {message if isinstance(message, str) else message[0] for _file, _line, message, _comments, _context in found}


def test_the_catalogue_holds_every_message() -> None:
    """`make messages` brings it up to date."""
    with (ROOT / "prioritizer/locale/prioritizer.pot").open("rb") as file:
        catalogue = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file) if m.id}
    assert catalogue == messages_in_code()


def test_no_message_is_an_f_string() -> None:
    """A message that is put together before it is looked up is never found."""
    for path in (ROOT / "prioritizer").rglob("*.py"):
        assert not re.search(r"\b_\(f[\"']", path.read_text(encoding="utf-8")), path


def test_a_message_is_spoken_in_the_language_in_force(tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = {"is missing": "fehlt"}

    class Catalogue(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return catalogue.get(message, message)

    monkeypatch.setattr(gettext, "translation", lambda *_args, **_kwargs: Catalogue())
    before = language._("is missing")
    language.speak("xx")
    spoken = language._("is missing"), language._("is not there")
    monkeypatch.undo()
    language.speak("en")
    assert before == "is missing"
    assert spoken == ("fehlt", "is not there")
    assert language._("is missing") == "is missing"
