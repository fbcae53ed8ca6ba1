"""The company's assumptions as finance keeps them: read, and changed as the text of their file."""

from pathlib import Path

from prioritizer.domain.company import Company
from prioritizer.domain.record import Record
from prioritizer.domain.workspace import COMPANY, ItemKind, Version
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.services.workspace import save_company
from prioritizer.store.exchange import COMPANY_FILE
from prioritizer.store.file_text import file_text
from prioritizer.store.file_words import words_of
from prioritizer.store.files import read_company
from prioritizer.store.uploads import Uploads
from prioritizer.store.workspace import Contents, Workspace


class CompanyText(Record):
    """The company as the text of its file, in one version; who saved it, when and why."""

    text: str
    version: int
    who: str
    at: str
    why: str


def company_text(path: Path, who: str) -> CompanyText:
    """The company's file as it would be exported, without initiatives. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        return _text(_company(contents))


def company_versions(path: Path, who: str) -> tuple[CompanyText, ...]:
    """Every version of it, the newest first. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        return tuple(_text(version) for version in reversed(contents.versions(ItemKind.COMPANY, COMPANY)))


def save_company_text(path: Path, text: str, read: int, who: str, why: str = "") -> Version[Company]:
    """Save the company that a text describes, on top of the version that was read.

    Raises InputError with every complaint, each with its line; NotAllowed; Conflict where somebody was faster.
    """
    company = read_company(COMPANY_FILE, Uploads.of({COMPANY_FILE: text.encode("utf-8", "replace")}))
    if company.initiatives:
        remedy = _("Initiatives are submitted by their departments.")
        raise InputError([Complaint(_("does not belong here"), remedy, COMPANY_FILE, place="initiatives")])
    return save_company(path, company, read, who, why)


def _company(contents: Contents) -> Version[Company]:
    found = contents.company()
    if found is None:
        remedy = _("Bring one in with prioritizer import, or with prioritizer init --from.")
        raise InputError([Complaint(_("the workspace holds no company yet"), remedy)])
    return found


def _text(version: Version[Company]) -> CompanyText:
    text = file_text(words_of(version.content))
    return CompanyText(text=text, version=version.version, who=version.who, at=version.at, why=version.why)
