"""What hostile and careless XML gets."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import pytest

from syncd.contract import Malformed
from syncd.formats import markup


class Heard:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.texts: list[str] = []

    def opened(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        self.names.append("/".join(path))

    def closed(self, path: Sequence[str], text: str) -> None:
        self.texts.append(text)


def heard(data: bytes) -> tuple[Heard, str | None]:
    listener = Heard()
    return listener, markup.read(data, listener)


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    + "]><gpx>&a9;</gpx>"
)
EXTERNAL = '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/hostname">]><gpx>&x;</gpx>'
PARAMETER = '<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><gpx/>'
EXTERNAL_TYPE = '<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/x.dtd"><gpx/>'
EMPTY_TYPE = "<!DOCTYPE gpx><gpx/>"


@pytest.mark.parametrize("text", [BILLION_LAUGHS, EXTERNAL, PARAMETER, EXTERNAL_TYPE, EMPTY_TYPE])
def test_a_document_type_and_all_its_entities_are_refused(text):
    listener = Heard()
    with pytest.raises(Malformed, match="document type"):
        markup.read(text.encode(), listener)
    assert listener.names == []


def test_bottomless_nesting_is_refused_before_it_costs_anything():
    with pytest.raises(Malformed, match="nested more than 64 deep"):
        heard(b"<gpx>" + b"<a>" * 1_000_000)


def test_endless_elements_are_refused(monkeypatch):
    monkeypatch.setattr(markup, "MOST_ELEMENTS", 1000)
    with pytest.raises(Malformed, match="more than 1,000 elements"):
        heard(b"<gpx>" + b"<a/>" * 1001 + b"</gpx>")


def test_a_long_token_is_scanned_once():
    data = b'<gpx creator="' + b"x" * (24 << 20)
    before = time.process_time()
    listener, broken = heard(data)
    assert time.process_time() - before < 5
    assert (listener.names, broken) == ([], "cut off in line 1. Copy or export it again.")


def test_a_long_text_is_not_kept():
    listener, broken = heard(b"<gpx><name>" + b"x\n" * 1_000_000 + b"</name></gpx>")
    assert broken is None
    assert len(listener.texts[0]) <= markup.LONGEST_TEXT


def test_a_mark_and_blank_lines_before_the_declaration_are_forgiven():
    for before in (b"\xef\xbb\xbf", b"\n\n  ", b"\xef\xbb\xbf\r\n"):
        listener, broken = heard(before + b'<?xml version="1.0"?><gpx><a>1</a></gpx>' + b"\0" * 9)
        assert (listener.names, broken) == (["gpx", "gpx/a"], None)
    assert heard(b"\n\n\n<gpx>\n<a></b>")[1] == (
        "damaged in line 5, column 6: not well-formed XML. Copy or export it again."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1250"])
def test_any_usual_encoding_is_read(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><gpx><n>Höhe</n></gpx>'
    assert heard(text.encode(encoding))[0].texts == ["Höhe", ""]


def test_names_in_another_encoding_than_told_do_not_cost_the_outing():
    for declaration in ("", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>'):
        listener, broken = heard(f"{declaration}<gpx><n>Höhe</n><b>5</b></gpx>".encode("latin-1"))
        assert (listener.texts[1], broken) == ("5", None)


@pytest.mark.parametrize("encoding", ["klingon", "utf-32", "shift-jis", "rot13", "base64"])
def test_an_encoding_that_cannot_be_is_said(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><gpx/>'
    assert heard(text.encode())[1] is not None


def test_what_follows_the_end_is_not_read():
    listener, broken = heard(b"<gpx/>\n<gpx><a/></gpx>")
    assert listener.names == ["gpx"]
    assert broken == "something follows its end in line 2; that was not read."


@pytest.mark.parametrize(
    "text", ["<gpx>&nosuch;</gpx>", "<gpx>\x01</gpx>", "<gpx a=1/>", "<a><b></a>"]
)
def test_damage_is_told_with_its_place(text):
    assert "damaged in line 1" in str(heard(text.encode())[1])
