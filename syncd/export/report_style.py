"""How the page of a report looks: calm colours, system fonts, two sheets of A4."""

from __future__ import annotations

GREEN, AMBER, BLUE, GREY = "#2f7d4f", "#b9770e", "#3b6ea5", "#7b838c"
INK, FAINT = "#1d2329", "#d9dde1"
CAPTION = "#5a636c"

STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
html {{ background: #fff; }}
body {{
  margin: 0 auto; padding: 12mm 14mm; max-width: 210mm; color: {INK}; background: #fff;
  font: 8.6pt/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
    "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; print-color-adjust: exact;
  -webkit-print-color-adjust: exact;
}}
h1 {{ font-size: 17pt; line-height: 1.15; margin: 0; font-weight: 650; overflow-wrap: anywhere; }}
h2 {{ font-size: 10.5pt; margin: 4.6mm 0 1.2mm; font-weight: 650; }}
p {{ margin: 0 0 1.5mm; }}
.when {{ font-size: 10pt; color: {CAPTION}; margin: 0.5mm 0 1.5mm; }}
.rule {{ max-width: 165mm; }}
.note {{ color: {CAPTION}; font-size: 7.8pt; }}
.stale {{ border-left: 1mm solid {AMBER}; padding-left: 2.5mm; }}
dl.figures {{
  display: grid; grid-template-columns: repeat(5, 1fr); gap: 0 5mm; margin: 4mm 0 0; padding: 0;
}}
dl.figures div {{ border-top: 0.5mm solid {INK}; padding-top: 1.2mm; }}
dl.figures dt {{ font-size: 7.8pt; color: {CAPTION}; }}
dl.figures dd {{ margin: 0; font-size: 14.5pt; line-height: 1.3; font-weight: 650; }}
dl.figures dd:not(.more) {{ white-space: nowrap; }}
dl.figures dd.more {{ font-size: 7.8pt; line-height: 1.3; font-weight: 400; color: {CAPTION}; }}
figure {{ margin: 0; }}
figure svg {{ display: block; width: 100%; height: auto; }}
figure svg text {{ font-family: inherit !important; font-variant-numeric: tabular-nums; }}
.months {{ display: grid; grid-template-columns: 1fr 1fr; gap: 3.5mm 6mm;
  align-items: start; }}
table {{ border-collapse: collapse; width: 100%; }}
th {{ font-weight: 400; color: {CAPTION}; font-size: 7.8pt; text-align: left; }}
.month {{ table-layout: fixed; }}
.month caption {{ text-align: left; font-weight: 650; padding-bottom: 0.5mm; }}
.month th {{ padding-left: 0.7mm; font-size: 7.5pt; }}
.month td {{
  height: 7mm; padding: 2.3mm 0.7mm 0; border: 0.4mm solid #fff; white-space: nowrap;
  text-align: right; font-size: 7.8pt; line-height: 1.3; position: relative; vertical-align: top;
}}
.month .date {{ position: absolute; left: 0.7mm; top: 0.1mm; font-size: 6pt; color: {CAPTION}; }}
.month .sign {{ float: left; letter-spacing: -0.15mm; }}
.month td.week, .month th.week {{ text-align: right; color: {CAPTION}; padding-right: 0; }}
.month th.week {{ width: 10mm; }}
.month td.open {{ background: #f6f7f8; }}
.met {{ background: #dff0e4; }} .met .sign {{ color: {GREEN}; }}
.missed {{ background: #fbeed3; }} .missed .sign {{ color: {AMBER}; }}
.unknown {{ background: #eceef0; }} .unknown .sign {{ color: {GREY}; }}
.excused {{ background: #eceef0; }} .excused .sign {{ color: {GREY}; }}
.flare {{ background: #dde9f5; }} .flare .sign {{ color: {BLUE}; }}
.legend {{ color: {CAPTION}; font-size: 7.8pt; margin: 0 0 2mm; }}
.legend span {{ margin-right: 3mm; white-space: nowrap; }}
.legend b {{ font-weight: 400; }}
.legend .met, .legend .missed, .legend .unknown, .legend .excused, .legend .flare {{
  padding: 0.2mm 1.2mm; margin-right: 1mm;
}}
.list {{ table-layout: fixed; }}
.list th:first-child {{ width: 38mm; }} .list th:last-child {{ width: 31mm; }}
.list td, .list th {{ padding: 0.4mm 2.5mm 0.4mm 0; border-bottom: 0.2mm solid {FAINT}; }}
.list .n {{ text-align: right; }}
.list td:last-child, .list th:last-child {{ padding: 0.4mm 0 0.4mm 4mm; }}
.list td {{ white-space: nowrap; }}
.second {{ break-before: page; }}
.second > h2:first-child, .second h2.first {{ margin-top: 0; }}
ul {{ margin: 0; padding: 0 0 0 4mm; }}
li {{ margin: 0 0 0.5mm; overflow-wrap: anywhere; }}
.safety {{ border-top: 0.2mm solid {FAINT}; margin-top: 5mm; padding-top: 2mm; }}
.safety p {{ font-size: 7.2pt; line-height: 1.35; color: {CAPTION}; margin-bottom: 0.8mm; }}
.safety p:first-child {{ color: {INK}; }}
footer {{ margin-top: 2mm; font-size: 7.2pt; color: {CAPTION}; }}
tr, figure, .month, dl.figures {{ break-inside: avoid; }}
h2 {{ break-after: avoid; }}
@page {{ size: A4; margin: 12mm 14mm; }}
@media print {{ body {{ padding: 0; max-width: none; }} }}
@media screen {{
  .second {{ margin-top: 12mm; padding-top: 6mm; border-top: 0.2mm solid {FAINT}; }}
}}
@media screen and (max-width: 640px) {{
  body {{ padding: 5mm; }}
  dl.figures {{ grid-template-columns: 1fr 1fr; gap: 3mm 5mm; }}
  .months {{ grid-template-columns: 1fr; }}
  .scroll {{ overflow-x: auto; }} .list {{ min-width: 150mm; }}
}}
"""
