"""What finance has typed about an initiative and not saved: kept as it is typed, and there again after a reload."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.services import drafts
from prioritizer.services.form_drafts import form_as_kept
from prioritizer.services.form_filling import form_of
from prioritizer.services.forms import Form
from prioritizer.services.reviews import File
from prioritizer.ui import session

_ROUND = "review-round"


@dataclass(frozen=True)
class TypedReview:
    """What `who` types about an initiative: figures with a note, the reason of a step, a comment.

    The figures are typed on top of the review `read` (0: none was saved), about the department's version `version`.
    `turn` names their fields. `kept` is the draft as this window knows it, and `restored` when the one that it goes on
    from was kept.
    """

    id: str
    who: str
    form: Form
    note: str
    read: int
    version: int
    turn: int
    why: str = ""
    comment: str = ""
    kept: dict[str, Any] | None = None
    restored: str = ""


def current(file: File, company: Company) -> TypedReview:
    """What is typed so far. Where no figures are, it begins with those that were saved last, else the department's."""
    known = _known(file) or _restored(file, company)
    if known is not None and (known.read, known.version) == _now(file):
        return known
    if known is not None and is_unsaved(known, file, company):
        return known
    begun = _anew(file, company)
    if known is not None:
        begun = replace(begun, why=known.why, comment=known.comment, kept=known.kept, restored=known.restored)
    put(begun)
    return begun


def put(typed: TypedReview) -> None:
    """Remember what is typed, in this window."""
    st.session_state[_key(typed.id)] = typed


def is_unsaved(typed: TypedReview, file: File, company: Company) -> bool:
    """Whether saving the figures or their note would change what is saved."""
    form, note, about = _begun(file, company, typed.read, typed.version)
    return (_said(typed.form), typed.note) != (_said(form), note) or typed.version != about


def keep(typed: TypedReview, is_unsaved: bool) -> TypedReview:
    """Keep what is typed where it differs from what was kept; forget it where nothing is typed any more.

    Raises StoreError where the workspace's file cannot be written just now, and NotAllowed.
    """
    wanted = _content(typed, is_unsaved)
    if wanted != typed.kept:
        path, key = session.workspace(), drafts.review_key(typed.id)
        if wanted is None:
            drafts.drop_draft(path, key, typed.who)
        else:
            drafts.keep_draft(path, key, wanted, typed.who)
        typed = replace(typed, kept=wanted, restored=typed.restored if wanted else "")
    put(typed)
    return typed


def forget(id_: str) -> None:
    """Forget what was typed about an initiative: it was saved, or is not wanted any more."""
    drafts.drop_draft(session.workspace(), drafts.review_key(id_), session.person().id)
    st.session_state.pop(_key(id_), None)


def carry_on(id_: str, read: int, version: int) -> None:
    """Go on with what is typed on top of another review, about another version of the department's."""
    put(replace(st.session_state[_key(id_)], read=read, version=version))


def _key(id_: str) -> str:
    return f"finance-{id_}"


def _known(file: File) -> TypedReview | None:
    """What is typed in this window, unless somebody else typed it before they left it."""
    known: TypedReview | None = st.session_state.get(_key(file.last.id))
    return known if known is not None and known.who == session.person().id else None


def _now(file: File) -> tuple[int, int]:
    """The review that is saved now, and the version of the department's that its figures are about."""
    review, submitted = file.review, (file.submitted or file.last).version
    if review is None:
        return 0, submitted
    return review.version, review.content.version if review.content.figures else submitted


def _anew(file: File, company: Company) -> TypedReview:
    """What stands in the fields before anything is typed, in fields of their own."""
    read, version = _now(file)
    form, note, about = _begun(file, company, read, version)
    turn = st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    return TypedReview(file.last.id, session.person().id, form, note, read, about, turn)


def _begun(file: File, company: Company, read: int, version: int) -> tuple[Form, str, int]:
    """The figures and the note that are typed over, on top of a review, and the department's version they are about."""
    review = next((one.content for one in file.reviews if one.version == read), None)
    figures = review.figures if review else None
    form = form_of(figures or _department(file, version), company)
    return form, review.note if review else "", review.version if review and figures else version


def _department(file: File, version: int) -> Initiative:
    found = next((one for one in file.versions if one.version == version), None)
    return (found or file.submitted or file.last).content


def _restored(file: File, company: Company) -> TypedReview | None:
    """What was typed in another window, or before a reload."""
    kept = drafts.draft(session.workspace(), drafts.review_key(file.last.id), session.person().id)
    if kept is None:
        return None
    typed = kept.typed
    begun = _anew(file, company)
    words = {name: typed[name] for name in ("why", "comment") if isinstance(typed.get(name), str)}
    restored = replace(begun, **words, kept=typed, restored=kept.at)
    read, version = typed.get("read"), typed.get("version")
    if "form" in typed and isinstance(read, int) and isinstance(version, int):
        restored = replace(
            restored, form=form_as_kept(typed["form"]), note=str(typed.get("note", "")), read=read, version=version
        )
    put(restored)
    return restored


def _content(typed: TypedReview, is_unsaved: bool) -> dict[str, Any] | None:
    """The draft of what is typed; None where nothing is."""
    words = {name: text for name, text in (("why", typed.why), ("comment", typed.comment)) if text}
    if not is_unsaved:
        return words or None
    form = typed.form.model_dump(mode="json")
    return {**words, "form": form, "note": typed.note, "read": typed.read, "version": typed.version}


def _said(form: Form) -> Form:
    """A form without what makes no difference: answers that are blank, and what it began from."""
    reach = {group: answer for group, answer in form.reach.items() if not answer.is_blank}
    staff = {department: text for department, text in form.staff.items() if text.strip()}
    return form.model_copy(update={"reach": reach, "staff": staff, "base": {}})
