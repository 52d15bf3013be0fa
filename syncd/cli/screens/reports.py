"""What became of an import or a rebuild: a line a problem, a sentence for the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

from syncd.cli.screens.paper import Paper
from syncd.cli.screens.verdict import outcome_word
from syncd.service.views import FileReport, Flip, ImportReport, RebuildReport
from syncd.walks.phrases import one_line, plural_s

DONE, FAILED, IN_PART = 0, 1, 3
FLIPS_NAMED = 10
PROBLEMS_NAMED = 5
OTHERS_NAMED = 3


def import_exit_code(report: ImportReport) -> int:
    """Return 0 when all was imported, 1 when nothing was, 3 for a part."""
    if report.nothing_imported:
        return FAILED
    return IN_PART if report.failed else DONE


def problem_lines(report: ImportReport, paper: Paper) -> Iterator[str]:
    """Yield a line or two for each problem, with its file first."""
    for file in report.files:
        for problem in file.problems[:PROBLEMS_NAMED]:
            yield from _problem(f"{file.path}:", problem, paper)
        more = len(file.problems) - PROBLEMS_NAMED
        if more > 0:
            yield f"  and {more:,} more problem{plural_s(more)} in this file"


def _problem(path: str, problem: str, paper: Paper) -> list[str]:
    """Return a problem behind its path; the path stays in one piece, however long it is."""
    if len(path) + 1 + len(problem) <= paper.width:
        return [f"{path} {problem}"]
    return [path, *paper.wrap(problem, first="  ", indent=2)]


def import_lines(report: ImportReport, paper: Paper) -> list[str]:
    """Return the sentence of an import and what to type next."""
    lines = paper.wrap(_summary(report))
    lines += paper.wrap(words) if (words := left_out_words(report)) else []
    if not report.dry_run and not report.nothing_imported:
        lines.append(f"See them: {_next(report)}")
    return lines


def _summary(report: ImportReport) -> str:
    used = [file for file in report.files if file.imported]
    if not report.files:
        return "There is no file to import."
    failed = sum(not file.imported and not file.left_out for file in report.files)
    not_used = f" {failed:,} file{plural_s(failed)} could not be used." if failed else ""
    if not used:
        return f"Nothing was imported.{not_used}"
    known = sum(file.unchanged for file in used)
    if known == len(used):
        return f"Nothing new: {_files(known)} {'was' if known == 1 else 'were'} here.{not_used}"
    verb = "Would import" if report.dry_run else "Imported"
    again = f", {known:,} of them known already" if known else ""
    what = f"{verb} {_files(len(used))}{again}{_whose(report)}: {_content(report)}."
    if not report.dry_run:
        what += f" In all: {_count(report.days_judged, 'day')} judged, "
        what += f"{_count(report.walks_found, 'walk')} found."
    return what + not_used


def left_out_words(report: ImportReport) -> str | None:
    """Return how many sound files held nothing of ours, and the first names; else ``None``."""
    names = [name for file in report.files for name in _left_out(file)]
    if not names:
        return None
    said = {sentence for file in report.files for sentence in file.others}
    of = "export" if all("of the export" in sentence for sentence in said) else "device"
    more = ", ..." if len(names) > OTHERS_NAMED else ""
    what = f"{len(names):,} other file{plural_s(len(names))} of the {of}"
    was = "was" if len(names) == 1 else "were"
    return f"{what} {was} left out: {', '.join(names[:OTHERS_NAMED])}{more}"


def _left_out(file: FileReport) -> Iterator[str]:
    """Yield the names of the files left out: its own, or those of an archive's members."""
    if file.left_out and len(file.others) == 1:
        yield one_line(file.path.name)
        return
    for sentence in file.others:
        member, inside, _ = sentence.rpartition(": ")
        if inside:  # else a part of a file that was imported
            yield one_line(member.rpartition("/")[2])


def _content(report: ImportReport) -> str:
    walks = sum(file.walks for file in report.files)
    minutes = sum(file.minutes for file in report.files)
    readings = sum(file.readings for file in report.files)
    totals = sum(file.totals for file in report.files)
    said = [_count(walks, "recorded workout")] if walks else []
    said += [_count(minutes, "step interval")] if minutes else []
    if readings:
        steps = _count(report.counted_steps, "step")
        said.append(f"{steps} in {_count(readings, 'counter reading')}")
    said += [_count(totals, "day total")] if totals else []
    return ", ".join([*said[:-2], " and ".join(said[-2:])]) or "nothing inside"


def _whose(report: ImportReport) -> str:
    if report.person is not None:
        return f" for {report.person}"
    return f" of {report.people:,} people" if report.people > 1 else ""


def _next(report: ImportReport) -> str:
    if report.person is not None:
        return f"syncd days --person {quote(report.person)}" if report.others else "syncd days"
    cohorts = {name.partition("/")[0] for file in report.files for name in file.people}
    return f"syncd days --cohort {min(cohorts)}" if cohorts else "syncd days"


def flip_lines(flips: Sequence[Flip], paper: Paper) -> list[str]:
    """Return how many days another judgement would change, and the first of them."""
    if not flips:
        return ["No day changes its verdict."]
    lines = [f"{_count(len(flips), 'day')} change{'s' if len(flips) == 1 else ''} the verdict:"]
    for flip in flips[:FLIPS_NAMED]:
        words = f"{outcome_word(flip.before)}, now {outcome_word(flip.after)}"
        lines += paper.wrap(f"{flip.day}  {flip.person}: {words}", first="  ", indent=4)
    more = len(flips) - FLIPS_NAMED
    return [*lines, f"  and {more:,} more"] if more > 0 else lines


def rebuild_lines(report: RebuildReport, paper: Paper) -> list[str]:
    """Return the sentence of a rebuild, and what it could not read."""
    people = f"{report.people:,} {'person' if report.people == 1 else 'people'}"
    said = (
        f"Rebuilt: {_count(report.payloads, 'import')} read again, "
        f"{_count(report.days, 'day')} of {people} judged again."
    )
    lines = paper.wrap(said)
    for problem in report.problems[:PROBLEMS_NAMED]:
        lines += paper.wrap(problem, first="  ", indent=2)
    more = len(report.problems) - PROBLEMS_NAMED
    return [*lines, f"  and {_count(more, 'more problem')}"] if more > 0 else lines


def _files(number: int) -> str:
    return _count(number, "file")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{plural_s(number)}"
