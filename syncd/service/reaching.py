"""How a person is reached: channels added and tried by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from syncd.contract import ConfigError, StoreError
from syncd.service.courier import Answer, Became, Courier
from syncd.store import Store, channels
from syncd.store.channels import Channel
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock
from syncd.walks.notice_sentences import HELLO, title

_SHAPE = re.compile(r"([a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE)
SHAPES = "Write it as Apprise does: ntfy://TOPIC, mailto://USER:PASSWORD@HOST, tgram://TOKEN/CHAT"


@dataclass(frozen=True, slots=True)
class Tried:
    """A channel that was tried: ``why`` it failed, ``None`` when the message went out."""

    channel: Channel
    why: str | None


def add_channel(
    store: Store,
    lock: StoreLock,
    person_id: int,
    typed: str,
    *,
    name: str | None,
    clock: Callable[[], datetime],
    courier: Courier | None = None,
) -> Channel:
    """Add a channel; raise ``ConfigError`` for an address that could never be sent to.

    Nothing of the address is in the error: it may hold a password.
    """
    shape = _SHAPE.fullmatch(typed)
    if shape is None:
        raise ConfigError(f"That is no address of a channel. {SHAPES}")
    address = Secret(typed)
    with courier or Courier() as asked:
        answer = asked.check(address)
    if answer.became is Became.NOT_UNDERSTOOD:
        raise ConfigError(f"That {shape[1]}:// address is not understood. {SHAPES}")
    with store.write(durable=True) as tx:
        scheme = shape[1].lower()
        return channels.add(tx, lock, person_id, address, scheme=scheme, name=name, now=clock())


def try_channels(
    store: Store,
    lock: StoreLock | None,
    person: str,
    wanted: Sequence[Channel],
    *,
    courier: Courier | None = None,
) -> list[Tried]:
    """Send one kind sentence to each channel, now, and return what became of it."""
    tried = []
    with courier or Courier() as sender:
        for channel in wanted:
            answer = _tried(store, lock, person, channel, sender)
            failed = isinstance(answer, str) or answer.became is not Became.SENT
            words = answer if isinstance(answer, str) else answer.words
            tried.append(Tried(channel, words if failed else None))
    return tried


def _tried(
    store: Store, lock: StoreLock | None, person: str, channel: Channel, courier: Courier
) -> Answer | str:
    if lock is None:
        return "there is no store lock here to open its address"
    try:
        with store.read() as cx:
            address = channels.address(cx, lock, channel)
    except StoreError as error:
        return str(error)
    return courier.send(address, title(person), HELLO)
