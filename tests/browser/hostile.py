"""A company whose names try to be code, markup, formulas and mathematics."""

from pathlib import Path

from cases import group, initiative, write_case

MARKUP = '<img src=x onerror="alert(1)"><b>bold</b>'
MARKDOWN = "**bold** [link](javascript:alert(1)) ![p](http://192.0.2.1/p.png) $x^2$ :red[red]"
FORMULA = "=cmd|' /C calc'!A0 & +1"
BRACES = "{{7*7}} {0} %s ${x}"
SCRIPT = "</script><script>alert(2)</script>"
RIGHT_TO_LEFT = "pay\u202etxt.exe"

NAMES = (MARKUP, MARKDOWN, FORMULA, BRACES, SCRIPT, RIGHT_TO_LEFT)


def hostile_company(folder: Path) -> Path:
    """The file of a company in which every name and text is hostile."""
    groups = {MARKUP: group(), MARKDOWN: group()}
    listed = [
        initiative(f"i{k}", name=name, department=SCRIPT, description=MARKDOWN, evidence={"grade": "D", "note": MARKUP})
        for k, name in enumerate(NAMES)
    ]
    return write_case(folder, listed, company=MARKUP, currency="<i>X</i>", groups=groups)
