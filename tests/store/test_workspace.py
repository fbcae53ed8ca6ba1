"""What a workspace keeps: nothing is lost, whoever saves at once, whatever is typed, whenever a process is killed."""

import json
import random
from pathlib import Path
from random import Random

import pytest
from store.workspace_cases import KILLS, edit, finished, in_process, killed, kills, workspace

import cases
from oracles.companies import random_case
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import Status
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import Conflict, InputError
from prioritizer.store.audit import verify
from prioritizer.store.workspace import Workspace, record_of, text_of

PROCESSES, EDITS = 8, 25
ONE = (ItemKind.INITIATIVE, "one")


def test_every_save_is_kept_with_who_when_and_why(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    with made.changing("anna") as changes:
        changes.save(*ONE, cases.initiative_record("one", name="Better"), 1, why="The pilot is over")
    with made.reading() as contents:
        first, second = contents.versions(*ONE)
        assert contents.find(*ONE) == second
        assert contents.standing("one").content.status is Status.DRAFT
    assert (first.content.name, first.who, first.why) == ("Initiative one", "boss", "")
    assert (second.content.name, second.who, second.why) == ("Better", "anna", "The pilot is over")
    assert second.version == 2
    assert len(second.at) == len("2027-01-01T00:00:00.000000Z")


def test_who_was_slower_is_given_what_the_other_saved(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    edit(made, "one", "anna", name="Anna's")
    with pytest.raises(Conflict) as caught, made.changing("vera") as changes:
        changes.save(*ONE, cases.initiative_record("one", name="Vera's"), 1)
    assert (caught.value.current.version, caught.value.current.content.name) == (2, "Anna's")
    assert str(caught.value).startswith("initiative “one” was changed by anna at ")
    assert str(caught.value).endswith(
        "it is at version 2, and you had read version 1. Compare the two, then save again on top of it."
    )
    with made.reading() as contents:
        assert [version.who for version in contents.versions(*ONE)] == ["boss", "anna"]


@pytest.mark.parametrize(
    ("id_", "read", "words"), [("one", 0, "is there already"), ("new", 3, "is not there, and version 3")]
)
def test_new_and_gone_are_conflicts_too(tmp_path: Path, id_: str, read: int, words: str) -> None:
    made = workspace(tmp_path, "one")
    with pytest.raises(Conflict, match=words), made.changing("vera") as changes:
        changes.save(ItemKind.INITIATIVE, id_, cases.initiative_record(id_), read)


def test_a_name_that_only_looks_different_is_refused(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    with pytest.raises(InputError, match="is the same name as one"), made.changing("vera") as changes:
        changes.save(ItemKind.INITIATIVE, "ＯNE", cases.initiative_record("ＯNE"), 0)


def test_initiatives_come_in_the_order_in_which_they_were_first_saved(tmp_path: Path) -> None:
    made = workspace(tmp_path, "z", "a", "m")
    edit(made, "z", "anna")
    with made.reading() as contents:
        assert [version.id for version in contents.initiatives()] == ["z", "a", "m"]


@pytest.mark.parametrize("seed", range(40))
def test_random_companies_and_initiatives_come_back_as_they_were(seed: int) -> None:
    company, initiatives = random_case(Random(seed))
    record = Company.model_validate(company)
    assert record_of(ItemKind.COMPANY, text_of(record)) == record
    for initiative in initiatives:
        record_ = Initiative.model_validate(initiative)
        assert record_of(ItemKind.INITIATIVE, text_of(record_)) == record_


HOSTILE = (
    "'; DROP TABLE versions;--",
    '" OR 1=1',
    "%' LIKE \\",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %s%n {0.__class__}",
    "=1+1",
    "NULL",
    "00123",
    "true",
    "é ﬁ Лояльность 👩‍👩‍👧 שלום",
    "a: b # c, {d} [e] - f | > & * ! % @ `",
    "\ufeffmark \u2028 separator \u00a0 blank \u202e turned",
    "x" * 200,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_to_the_letter(tmp_path: Path, text: str) -> None:
    made = workspace(tmp_path)
    content = cases.initiative_record(text, name=text, department=text, owner=f"{text}\n\ttwo lines", staff={text: 3})
    with made.changing(text) as changes:
        changes.save(ItemKind.INITIATIVE, content.id, content, 0, why=text)
    with made.reading() as contents:
        saved = contents.find(ItemKind.INITIATIVE, content.id)
        assert (saved.content, saved.who, saved.why) == (content, text, text)
        assert verify(contents.connection).findings == ()


def test_a_number_that_a_scenario_scaled_is_refused(tmp_path: Path) -> None:
    company = cases.company_record()
    group = company.groups["Mobile"]
    scaled = group.model_copy(update={"gross_margin": group.gross_margin.changed(multiply=0.5)})
    with pytest.raises(InputError, match="is a number that no file can say"):
        text_of(company.model_copy(update={"groups": {"Mobile": scaled}}))


def test_content_is_stored_in_the_words_of_the_files() -> None:
    words = json.loads(text_of(cases.initiative_record("one", reach={"Mobile": 0.5})))
    assert words == {
        "id": "one",
        "name": "Initiative one",
        "department": "Customer service",
        "reach": {"Mobile": 0.5},
        "costs": {"one_off": 1000},
        "levers": [{"churn": "detractor", "change": -0.1}],
    }


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each reads outside the transaction, as a page does, and tries again when somebody was faster."""
    made = workspace(tmp_path, "one")

    def work(number: int):
        def edits(say) -> None:
            for count in range(EDITS):
                while True:
                    with made.reading() as contents:
                        read = contents.find(*ONE)
                    text = f"{read.content.description} {number}.{count}".strip()
                    try:
                        with made.changing(f"p{number}") as changes:
                            changes.save(*ONE, cases.initiative_record("one", description=text), read.version)
                    except Conflict:
                        continue
                    say(f"{number}.{count}")
                    break

        return edits

    ends = [finished(*child) for child in [in_process(work(number)) for number in range(PROCESSES)]]
    assert [code for code, _lines in ends] == [0] * PROCESSES
    acknowledged = {line for _code, lines in ends for line in lines}
    assert len(acknowledged) == PROCESSES * EDITS
    with made.reading() as contents:
        last = contents.find(*ONE)
        assert last.version == PROCESSES * EDITS + 1
        assert set(last.content.description.split()) == acknowledged
        assert verify(contents.connection).findings == ()


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    lines: list[int] = []
    for _ in kills(lambda: len(lines) > KILLS):
        before = _last(made)

        def work(say) -> None:
            while True:
                say(str(edit(made, "one", "boss", description="x" * random.randrange(9000))))

        acknowledged = [int(line) for line in killed(work, 0.08)]
        lines.extend(acknowledged)
        assert _last(made) in [len(acknowledged) + before, len(acknowledged) + before + 1]
        with made.reading() as contents:
            assert verify(contents.connection).findings == ()
    assert len(lines) > KILLS


def _last(made: Workspace) -> int:
    with made.reading() as contents:
        return contents.find(*ONE).version
