"""The page of a report: whole, escaped, without any address, two sheets of paper."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from syncd.contract import SyncdError
from syncd.export.report_json import report_document
from syncd.export.report_page import CSP, page
from syncd.walks.model import Mark
from syncd.walks.report import Marked, Promise, Report
from tests.unit.export.printed import sheets
from tests.unit.walks.reports import MONDAY, PROMISE, RULE, days, report, walk

HOSTILE = "</style><script>alert('x')</script>\"&<img src=x onerror=1>"
WEEKS = "mmmmmxxmMmm?xXfffffxxmmmxxxxeemmmmxmmmmmmm"
VOID = {"meta", "br", "img", "input", "link", "hr"}
SECTIONS = [
    "Brisk minutes a week",
    "Brisk minutes day by day",
    "The longest walks",
    "The rule, and when it changed",
    "When the tracker changed",
    "Days that do not count",
    "How to read this",
]


def full(letters: str = WEEKS * 2, **said: object) -> Report:
    """Return twelve weeks with all that a page can hold, and hostile names."""
    held = days(letters)
    facts = {
        "person": HOSTILE,
        "walks": tuple(walk(day.day, 20 + i % 40) for i, day in enumerate(held)),
        "changes": ((MONDAY + timedelta(days=40), "Charge 2", f"$x^2$ {HOSTILE}"),),
        "promises": (
            PROMISE,
            Promise(MONDAY + timedelta(days=63), RULE.replace("30", "20"), 20, 4),
        ),
        "marks": (
            Marked(Mark.FLARE, MONDAY + timedelta(days=14), MONDAY + timedelta(days=18)),
            Marked(Mark.EXCUSED, MONDAY + timedelta(days=28), MONDAY + timedelta(days=29), None),
            Marked(Mark.FLARE, MONDAY + timedelta(days=80), None),
        ),
        "zone": "America/New_York",
    }
    return report(held, **{**facts, **said})


class Reader(HTMLParser):
    """Reads a page and refuses tags that are not closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title", "desc"} & set(self.open[-1:]):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def text() -> str:
    return page(full())


@pytest.fixture(scope="module")
def read(text: str) -> Reader:
    return Reader(text)


def test_the_page_has_every_section_in_order(read):
    heads = [read.text.find(title) for title in SECTIONS]
    assert -1 not in heads
    assert heads == sorted(heads)
    assert read.text.startswith(HOSTILE)
    assert "Walking report: 12 weeks, 2 March to 24 May 2026" in read.text
    assert "The rule: 20 brisk minutes anywhere in the day" in read.text
    assert "Before: 30 brisk minutes anywhere in the day" in read.text
    assert "not a medical device" in read.text
    assert "Days run in America/New_York." in read.text
    assert "Made on 25 May 2026 by syncd " in read.text


def test_the_page_needs_nothing_from_anywhere(text, read):
    assert not re.search(r"https?:|//|@import|url\((?!#)|data:", text)
    assert {"script", "link", "iframe", "img", "object", "form"} & {
        t for t, _ in read.tags
    } == set()
    for tag, attributes in read.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert (attributes.get("href") or "#").startswith("#"), tag
        assert "src" not in attributes, tag
    policy = {"http-equiv": "Content-Security-Policy", "content": CSP}
    assert ("meta", policy) in read.tags
    assert "default-src 'none'" in CSP
    assert "script" not in CSP.replace("script-src 'none'", "")


def test_names_that_would_be_markup_are_words(text, read):
    assert "<script" not in text
    assert "onerror=1>" not in text
    assert "$x^2$ </style><script>a" in read.text, "and no formula either"


def test_ids_are_unique_and_every_reference_has_its_target(read):
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = {(attributes.get("href") or "#").removeprefix("#") for _, attributes in read.tags}
    used |= {
        name
        for _, attributes in read.tags
        for name in (attributes.get("aria-labelledby") or "").split()
    }
    assert used - {""} <= set(ids)


def test_the_chart_is_a_picture_with_a_name_and_its_numbers_in_words(text):
    [chart] = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert 'role="img" aria-labelledby="chart-title chart-desc"' in chart
    assert "week of 2026-03-02: 210" in chart
    assert chart.count("▲ flare") == 2
    assert "target 20" in chart
    assert "from here: $x^2$" in chart
    assert "150 (WHO)" in chart


def test_each_day_has_its_sign_its_colour_and_words_for_those_who_hear_it(read):
    cells = {a["aria-label"]: a["class"] for tag, a in read.tags if tag == "td" and len(a) == 2}
    assert cells["2 March: met, 30 brisk minutes"] == "met"
    assert cells["7 March: missed, 30 brisk minutes"] == "missed"
    assert cells["10 March: probably met, 30 brisk minutes"] == "met"
    assert cells["13 March: can't tell, 30 brisk minutes"] == "unknown"
    assert cells["16 March: flare, 30 brisk minutes"] == "flare"
    assert cells["30 March: excused, 30 brisk minutes"] == "excused"
    assert "● ~" not in read.text
    assert "●~" in read.text
    assert "○~" in read.text


def test_a_reason_is_on_the_page_only_where_it_was_handed_over(text):
    assert "knee clinic" not in text
    mark = Marked(Mark.EXCUSED, MONDAY, MONDAY, "knee clinic")
    assert "2 March 2026: knee clinic" in page(full(marks=(mark,)))


def test_three_days_are_a_page_too():
    read = Reader(page(report(days("mx?"), walks=())))
    assert "90 brisk minutes so far. The picture by week begins" in read.text
    assert "No walk was found in these weeks." in read.text
    assert "svg" not in {tag for tag, _ in read.tags}


def test_old_data_are_said_to_be_old():
    held = days(WEEKS)
    old = report(held, today=held[-1].day + timedelta(days=30))
    assert "The newest data are of Sun 12 April 2026." in Reader(page(old)).text


def test_the_same_facts_make_the_same_page(text):
    assert page(full()) == text


def test_without_the_charting_library_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SyncdError, match=re.escape('pip install "syncd[report]"')):
        page(full())


def test_drawing_warns_of_nothing_and_leaves_nothing_behind(home: Path):
    code = (
        "from tests.unit.export.test_report_page import full\n"
        "from syncd.export.report_page import page\n"
        "import sys; assert 'matplotlib' not in sys.modules\n"
        "assert 'walks \\u4e16' in page(full(person='walks \\u4e16', changes=()))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")
    assert [file for file in home.rglob("*") if "fontconfig" not in str(file)] == []


def test_a_report_for_machines_holds_figures_weeks_and_the_digest():
    document = report_document(full(person="me"))
    assert '"weeks_reached": 6, "weeks_decided": 8' in document
    assert '"from": "Charge 2"' in document
    assert document.count('"iso_week"') == 12
    assert report_document(None) == '{"report": null}'


def crowded() -> Report:
    """Return a report with as much of everything as there can be."""
    later = [
        Promise(
            MONDAY + timedelta(days=7 * i),
            RULE[:-1] + ", or 4.8-8 km/h in a recorded walk.",
            20 + i,
            4,
        )
        for i in range(1, 9)
    ]
    marks = [
        Marked(
            Mark.EXCUSED, MONDAY + timedelta(days=5 * i), MONDAY + timedelta(days=5 * i), "w" * 200
        )
        for i in range(9)
    ]
    changes = [(MONDAY + timedelta(days=9 * i), "a" * 60, "b" * 60) for i in range(1, 8)]
    shifted = days(WEEKS.replace("m", "M") * 2, MONDAY - timedelta(days=35), brisk=130)
    return report(
        shifted,
        person="Wolfeschlegelsteinhausenbergerdorff " * 2 + "und so weiter und so fort",
        walks=full().walks,
        changes=tuple(changes),
        marks=tuple(marks),
        promises=(PROMISE, *later),
    )


@pytest.mark.parametrize("facts", [full, crowded])
def test_it_prints_on_two_sheets(facts, tmp_path: Path):
    assert sheets(page(facts()), tmp_path) == 2
