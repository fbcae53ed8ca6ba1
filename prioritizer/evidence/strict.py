"""The library's own files, read strictly: every value keeps its line, doubled and unknown keys are refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from prioritizer.domain.record import REFUSED, PlainScalar, Record
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

R = TypeVar("R", bound=Record)
Place = tuple[str | int, ...]
QUOTED = ("'", '"', "|", ">")


class Read:
    """A file's content as maps, lists and text, with the line on which each place begins."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.complaints: list[Complaint] = []
        try:
            node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError as error:
            rule = _("cannot be read as YAML: {problem}").format(problem=str(error).splitlines()[0])
            raise InputError([Complaint(rule, _("Mend the line; indent with spaces."), file=file)]) from None
        if node is None:
            raise InputError([Complaint(_("is empty"), _("Write the file's keys; see docs/evidence.md."), file=file)])
        self.content = self._tree(node, ())
        if self.complaints:
            raise InputError(self.complaints)

    def record(self, kind: type[R], place: Place = ()) -> R:
        """The record at a place. Raises InputError with everything that it refuses."""
        content = self.content
        for part in place:
            content = content[part]
        try:
            return kind.model_validate(content)
        except ValidationError as error:
            raise InputError(self._refusals(error, place)) from None

    def _refusals(self, error: ValidationError, place: Place) -> Iterator[Complaint]:
        for detail in error.errors():
            refused = detail["type"] == REFUSED
            context = detail.get("ctx", {})
            where = (*place, *detail["loc"])
            rule = context["rule"] if refused else detail["msg"]
            remedy = context["remedy"] if refused else _("See docs/evidence.md.")
            dotted = ".".join(map(str, where))
            yield Complaint(rule, remedy, self.file, self._line(where), dotted, context["value"] if refused else "")

    def _line(self, place: Place) -> int | None:
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)

    def _tree(self, node: yaml.Node, place: Place) -> Any:
        if place in self.lines:
            self._complain(node, place, _("stands twice"), _("Keep one of the two."))
        self.lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self._tree(value, (*place, str(key.value))) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self._tree(child, (*place, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        if node.style in QUOTED:
            return str(node.value)
        return None if node.value in ("", "~", "null") else PlainScalar(node.value)

    def _complain(self, node: yaml.Node, place: Place, rule: str, remedy: str) -> None:
        line = node.start_mark.line + 1
        self.complaints.append(Complaint(rule, remedy, self.file, line, ".".join(map(str, place)), str(place[-1])))


def read(path: Path) -> Read:
    """The content of a file of the library. Raises InputError."""
    return Read(path.read_text(encoding="utf-8"), path.name)
