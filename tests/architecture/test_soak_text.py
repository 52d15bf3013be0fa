"""What is written about the long tests is what they are."""

from __future__ import annotations

from hypothesis import settings

from tests.conftest import ROOT


def test_the_text_on_the_long_tests_names_the_number_of_examples_that_are_drawn():
    text = (ROOT / "docs" / "explanation" / "soak.md").read_text(encoding="utf-8")
    drawn = settings.get_profile("soak").max_examples
    assert f"the examples of a property {drawn:,}:" in " ".join(text.split())
