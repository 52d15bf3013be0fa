"""The safety text: shown where somebody sets out to walk more (walking rules 4.3)."""

from __future__ import annotations

SAFETY = """\
syncd is not a medical device and gives no diagnosis or treatment. Ask a doctor or physiotherapist
before starting if your pain is new or severe, or if you have heart, lung, balance or bone
conditions, are pregnant or recently had surgery.

Call emergency services or go to a hospital now if back pain comes with: numbness around the
genitals or back passage; new trouble passing or holding urine or stool; weakness, numbness or pain
in both legs; chest pain; or after a serious accident.

See a doctor within days for: fever or feeling very unwell, unexplained weight loss, a history of
cancer, pain worse lying down or at night, a fall with thin bones or on steroids, pain that keeps
getting worse, or no better after six weeks.

Ask before you go on if walking itself brings leg pain, heaviness or numbness that eases when you
sit or bend forward, or calf pain that eases when you stop. Chest pain, fainting or severe
breathlessness while walking: stop and call.

During a flare-up prefer short, easy, level, relaxed walks and stop if pain clearly rises; rest is
allowed. Comfortable, supportive shoes help.
"""
"""Paragraphs parted by empty lines; the same words as in README."""
