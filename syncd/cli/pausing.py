"""``syncd account pause`` and ``resume``: of one account, or of a whole cohort's."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.invocation import Invocation, say
from syncd.cli.options import invocation_of

NameArgument = Annotated[
    str | None, typer.Argument(metavar="N", help="The account's name, as in syncd account list.")
]
CohortOption = Annotated[
    str | None, typer.Option("--cohort", metavar="C", help="All accounts of a cohort instead.")
]


def pause(ctx: typer.Context, name: NameArgument = None, cohort: CohortOption = None) -> None:
    """Ask an account no more until it is resumed; its days stay."""
    from syncd.cli.login import the_account
    from syncd.store import due

    invocation = invocation_of(ctx)
    if _of_cohort(name, cohort):
        _say_cohort(invocation, str(cohort), pauses=True)
        return
    with invocation.store() as store, store.write() as tx:
        account = the_account(tx, str(name))
        new = due.pause(tx, account.id, invocation.clock())
    said = "is paused" if new else "was paused already"
    say([f"{account.name} {said}. To go on: syncd account resume {account.name}"])


def resume(ctx: typer.Context, name: NameArgument = None, cohort: CohortOption = None) -> None:
    """End a pause; the days in between are fetched too."""
    from syncd.cli.login import the_account
    from syncd.service.standing import view
    from syncd.store import due

    invocation = invocation_of(ctx)
    if _of_cohort(name, cohort):
        _say_cohort(invocation, str(cohort), pauses=False)
        return
    now = invocation.clock()
    with invocation.store() as store:
        with store.write() as tx:
            account = the_account(tx, str(name))
            new = due.resume(tx, account.id)
            if new and account.state == due.ACTIVE:
                due.scheduled(tx, account.id, now)
        with store.read() as cx:
            one = view(cx, the_account(cx, str(name)), now)
    say([f"{account.name} goes on." if new else f"{account.name} was not paused."])
    say(invocation.paper.wrap(one.need) if one.need else [])


def _of_cohort(name: str | None, cohort: str | None) -> bool:
    from syncd.cli.errors import UsageProblem

    if (name is None) == (cohort is None):
        raise UsageProblem("Say which account: its name, or --cohort NAME for all of a cohort.")
    return cohort is not None


def _say_cohort(invocation: Invocation, cohort: str, *, pauses: bool) -> None:
    """Pause or resume a cohort's accounts and say how many that changed."""
    from syncd.cli.who import the_cohort
    from syncd.service.attention import quoted
    from syncd.store import cohorts

    now = invocation.clock()
    with invocation.store() as store, store.write() as tx:
        the_cohort(tx, cohort)
        every = cohorts.accounts_of(tx, cohort)
        change = cohorts.pause if pauses else cohorts.resume
        changed = change(tx, cohort, now)
    if not every:
        words = f"Nobody of {cohort} has an account."
    elif pauses:
        rest = "" if changed == every else " (the others were paused already)"
        words = (
            f"Paused {changed:,} of {_accounts(every)} of {cohort}{rest}. To go on: syncd account"
            f" resume --cohort {quoted(cohort)}"
        )
    else:
        rest = "" if changed == every else " (the others were not paused)"
        words = f"{changed:,} of {_accounts(every)} of {cohort} go on{rest}."
    say(invocation.paper.wrap(words))


def _accounts(count: int) -> str:
    return f"{count:,} account{'' if count == 1 else 's'}"
