"""Sends what is due: claims it in a transaction of its own, hands it to a child, marks what became.

A message about days goes out once at most, one that a person must act on at least once: killed
between claim and mark, the first stays claimed for good and the second is claimed again later.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from syncd.contract import StoreError
from syncd.daemon_settings import NotifySettings
from syncd.service.courier import Became, Courier
from syncd.service.messages import Written, written
from syncd.service.owing import owe_daily
from syncd.service.whereabouts import local_now
from syncd.store import Store, channels, notices, people
from syncd.store.channels import Channel
from syncd.store.secrets import Secret
from syncd.store.store_lock import StoreLock
from syncd.walks.notice_sentences import message_lines, title
from syncd.walks.notices import MUST_ARRIVE

log = logging.getLogger(__name__)

WAITS_FOR = timedelta(days=7)
"""What could not be sent for longer is not sent any more: also after an old backup came back."""
MOST_S = 45.0
"""Real seconds after which a call begins no further message; the next call goes on."""
A_DAY = timedelta(days=1)
NO_LOCK = "the store lock that its address is sealed with is not here"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one call did: messages that went out, and channels that failed."""

    messages: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    """What every channel needs."""

    store: Store
    lock: StoreLock | None
    clock: Callable[[], datetime]
    notify: NotifySettings
    courier: Courier

    def serve(self, channel: Channel) -> bool | None:
        """Send a channel its message; ``None`` where it is not time or nothing is to be said."""
        now = self.clock()
        with self.store.read() as cx:
            local = local_now(cx, channel.person_id, now)
        at = datetime.combine(local.date(), self.notify.time, local.tzinfo)
        tomorrow = datetime.combine(local.date() + A_DAY, self.notify.time, local.tzinfo)
        if now < at or channel.done_day == local.date() or at < channel.created_at:
            with self.store.write() as tx:
                if _is_ours(tx, channel):
                    channels.wait(tx, channel.id, at if now < at else tomorrow)
            return None
        with self.store.write() as tx:
            owe_daily(tx, channel.person_id, at, now)
        found = self._written(channel, now, local, at)
        if found is None:
            self._nothing(channel, now, local, tomorrow)
            return None
        return self._send(channel, found, local, tomorrow)

    def _written(
        self, channel: Channel, now: datetime, local: datetime, at: datetime
    ) -> Written | None:
        with self.store.read() as cx:
            waiting = notices.waiting(
                cx,
                channel.person_id,
                channel.id,
                since=now - WAITS_FOR,
                until=at,
                again=MUST_ARRIVE,
                now=now,
            )
            fresh = [
                one
                for one in waiting
                if one.created_at >= channel.created_at or one.kind in MUST_ARRIVE
            ]
            return written(cx, channel.person_id, fresh, now=now, local=local)

    def _nothing(
        self, channel: Channel, now: datetime, local: datetime, tomorrow: datetime
    ) -> None:
        """Note that nothing is to be said today, unless a claim may have to be made again."""
        with self.store.write() as tx:
            if not _is_ours(tx, channel):
                return
            lost = notices.next_lost(tx, channel.person_id, channel.id, MUST_ARRIVE)
            if lost is not None and now < lost < tomorrow:
                channels.wait(tx, channel.id, lost)
            else:
                channels.done(tx, channel.id, local.date(), until=tomorrow)

    def _send(
        self, channel: Channel, found: Written, local: datetime, tomorrow: datetime
    ) -> bool | None:
        try:
            address, name = self._opened(channel)
        except StoreError as error:
            self._failed(channel, str(error))
            return False
        if not self._claimed(channel, found):
            return None
        lines = message_lines(found.message)
        answer = self.courier.send(address, title(name), "\n".join(lines))
        whose, now = (channel.person_id, channel.id), self.clock()
        with self.store.write() as tx:
            held = channels.hold(tx, channel.id)
            if held is None:
                return False
            if answer.became is Became.SENT:
                notices.mark_sent(tx, *whose, found.keys, now)
                channels.done(tx, channel.id, local.date(), until=tomorrow)
                return True
            unsure = answer.became is Became.UNSURE
            back = [key for key in found.keys if not unsure or key[0] in MUST_ARRIVE]
            notices.release(tx, *whose, back)
            channels.failed(tx, held, answer.words, now)
        log.warning("notice not sent channel=%d became=%s", channel.id, answer.became)
        return False

    def _opened(self, channel: Channel) -> tuple[Secret, str]:
        """Return a channel's address and its person's name; raises ``StoreError``."""
        if self.lock is None:
            raise StoreError(NO_LOCK)
        with self.store.read() as cx:
            name = people.get(cx, channel.person_id).name
            return channels.address(cx, self.lock, channel), name

    def _claimed(self, channel: Channel, found: Written) -> bool:
        """Claim a message; ``False`` when another sender was faster or the channel is gone."""
        with self.store.write() as tx:
            if not _is_ours(tx, channel):
                return False
            notices.claim(tx, channel.person_id, channel.id, found.keys, self.clock())
            channels.wait(tx, channel.id, self.clock() + notices.CLAIM_HOLDS)
        return True

    def _failed(self, channel: Channel, why: str) -> None:
        with self.store.write() as tx:
            held = channels.hold(tx, channel.id)
            if held is not None:
                channels.failed(tx, held, why, self.clock())


def _is_ours(tx: Connection, channel: Channel) -> bool:
    """Lock a channel and tell whether it still is as it was found: no other sender was here."""
    return channels.hold(tx, channel.id) == channel


def send_due(
    store: Store,
    lock: StoreLock | None,
    clock: Callable[[], datetime],
    notify: NotifySettings | None = None,
    *,
    courier: Courier | None = None,
) -> Sent:
    """Send every channel whose time has come its message of the day; never raises for a channel.

    Meant to be called every minute, in a thread in which nobody waits: it ends within about a
    minute and a half of real time.
    """
    with store.read() as cx:
        due = channels.due(cx, clock())
    messages = failed = 0
    begun = time.monotonic()
    with courier or Courier() as open_courier:
        sender = _Sender(
            store=store,
            lock=lock,
            clock=clock,
            notify=notify or NotifySettings(),
            courier=open_courier,
        )
        for channel in due:
            if time.monotonic() - begun > MOST_S:
                break
            try:
                sent = sender.serve(channel)
            except Exception:
                log.exception("notice failed channel=%d", channel.id)
                sender._failed(channel, "a fault in syncd; see its log")  # noqa: SLF001
                sent = False
            messages += sent is True
            failed += sent is False
    return Sent(messages, failed)
