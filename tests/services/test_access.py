"""Every role × action, cell by cell, against a table that was written by hand from the rights of the workspace."""

import pytest

from prioritizer.domain.people import Person, Role
from prioritizer.errors import NotAllowed
from prioritizer.services.access import RIGHTS, Action, may, require

# y yes · n no · o for the own department only · a what one has built oneself
# s not what one has submitted oneself, nor what one's department has
BY_HAND = """
                  executive  finance  department head  viewer  admin
READ_PUBLISHED    y          y        y                y       n
READ_SUBMITTED    y          y        y                n       n
READ_DRAFT        n          n        o                n       n
READ_REVIEW       y          y        o                n       n
EDIT              n          n        o                n       n
SUBMIT            n          n        o                n       n
REVIEW            n          s        n                n       n
SET_ASSUMPTIONS   n          y        n                n       n
SET_BUDGETS       y          n        n                n       n
SET_MUST_DOS      y          n        n                n       n
BUILD_SCENARIO    y          y        y                n       n
SHARE_SCENARIO    a          a        a                n       n
CHANGE_SCENARIO   a          y        a                n       n
PUBLISH           y          n        n                n       n
COMMENT           y          y        o                n       n
LOAD              n          y        n                n       n
TAKE_AWAY         n          y        n                n       n
MANAGE_PEOPLE     n          n        n                n       y
MANAGE_BACKUPS    n          n        n                n       y
READ_HISTORY      n          n        n                n       y
"""
ROLES = (Role.EXECUTIVE, Role.FINANCE, Role.DEPARTMENT_HEAD, Role.VIEWER, Role.ADMIN)
LINES = [line.split() for line in BY_HAND.strip().splitlines()[1:]]
CELLS = [(Action[name], role, mark) for name, *marks in LINES for role, mark in zip(ROLES, marks, strict=True)]


def person(*roles: Role, department: str | None = "IT", active: bool = True) -> Person:
    return Person(id="p", name="P", roles=roles, department=department, active=active)


def test_the_table_is_whole() -> None:
    assert len(CELLS) == len(Action) * len(Role)
    assert {action for action, _role, _mark in CELLS} == set(Action) == set(RIGHTS)


@pytest.mark.parametrize(("action", "role", "mark"), CELLS)
def test_each_cell(action: Action, role: Role, mark: str) -> None:
    somebody = person(role)
    own, others = {"department": "IT"}, {"department": "Marketing"}
    found = (
        may(somebody, action, **own, submitted_by="other"),
        may(somebody, action, **others, submitted_by="other"),
        may(somebody, action, **others, submitted_by="p"),
    )
    expected = {
        "y": (True, True, True),
        "n": (False, False, False),
        "o": (True, False, False),
        "a": (False, False, True),
        "s": (False, True, False),
    }
    assert found == expected[mark]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", ROLES)
def test_who_is_disabled_may_nothing(action: Action, role: Role) -> None:
    assert not may(person(role, active=False), action, department="IT")


def test_several_roles_add_up_and_take_nothing_away() -> None:
    both = person(Role.FINANCE, Role.DEPARTMENT_HEAD)
    assert may(both, Action.SUBMIT, department="IT")
    assert may(both, Action.SET_ASSUMPTIONS)
    assert not may(both, Action.SUBMIT, department="Marketing")
    assert not may(both, Action.REVIEW, department="IT", submitted_by="other")


def test_nobody_without_a_department_owns_what_has_none() -> None:
    assert not may(person(Role.DEPARTMENT_HEAD), Action.EDIT)
    assert may(person(Role.FINANCE, department=None), Action.REVIEW, department=None, submitted_by="other")


@pytest.mark.parametrize(
    ("who", "action", "words"),
    [
        (person(Role.VIEWER), Action.SET_BUDGETS, "p may not set budgets: executives may."),
        (
            person(Role.FINANCE),
            Action.EDIT,
            "p may not create and edit an initiative: department heads, for their own department, may.",
        ),
        (
            person(Role.ADMIN),
            Action.REVIEW,
            "p may not review an initiative: finance, for what they have not submitted themselves, may.",
        ),
        (
            person(Role.EXECUTIVE),
            Action.CHANGE_SCENARIO,
            "p may not change and archive a scenario that somebody has built: executives, department heads, for what "
            "they have built themselves, and finance may.",
        ),
        (person(Role.ADMIN, active=False), Action.MANAGE_PEOPLE, "p is disabled. Ask an admin."),
    ],
)
def test_a_refusal_says_who_may(who: Person, action: Action, words: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        require(who, action, department="Marketing")
    assert str(caught.value) == words
