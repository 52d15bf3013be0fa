"""A vendor over real sockets whose door opens in every way there is: key, password, browser.

Each adapter here brings the minutes of one day; what matters is how it gets in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel

from syncd.contract import (
    Adapter,
    Admitted,
    ApiKey,
    Auth,
    AuthExpired,
    Capabilities,
    CodeWanted,
    Context,
    Credentials,
    Cursor,
    Issued,
    OAuth2,
    OAuthClient,
    Password,
    PasswordSteps,
    Profile,
    RawPayload,
    Series,
    Source,
    SourceKind,
    StepSeries,
    Stream,
    StreamSpec,
    Window,
    Write,
)
from syncd.contract.http import HttpClient
from syncd.ingest.forms import post_form
from syncd.ingest.http import VendorClient
from syncd.sim.oauth import SignIn
from syncd.sim.server import Answer, Request, Routes, SimServer

KEY, LOGIN, PASSWORD, CODE = "key-of-me-123", "me@example.org", "pass-word-456", "246810"
WATCH = Source(key="watch", kind=SourceKind.WATCH, whole_day=True)
DAY = timedelta(days=1)
TOKEN_LIFE = DAY


class Settings(BaseModel):
    """Where the vendor is."""

    base_url: str


@dataclass
class Doors:
    """The vendor; ``refuses`` are answers that the next sign-ins or exchanges get instead.

    ``asks_code`` sends a code after the password; ``key_ends_at`` is what it says of its keys.
    ``dead`` are tokens that are refused although they have not ended; ``down`` is when data are not
    to be had.
    """

    now: Callable[[], datetime]
    user: str | None = "me"
    key: str = KEY
    key_ends_at: datetime | None = None
    asks_code: bool = True
    refuses: list[Answer] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    issued: int = 0
    seen: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    on_sign_in: Callable[[], None] = lambda: None
    on_data: Callable[[], object] = lambda: None
    down: bool = False

    def __post_init__(self) -> None:
        self.sign_in = SignIn(self.now)
        self.sign_in.rules.rotating = True
        routes = Routes()
        routes.add("POST", "/exchange", self._exchange)
        routes.add("POST", "/login", self._login)
        routes.add("POST", "/code", self._code)
        routes.add("POST", "/renew", self._renew)
        routes.add("GET", "/authorize", self.sign_in.authorize)
        routes.add("POST", "/token", self.sign_in.token)
        routes.add("GET", "/(profile|steps)", self._data)
        self.server = SimServer(routes, now=self.now)

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(self, *_gone: object) -> None:
        self.server.stop()

    @property
    def sign_ins(self) -> int:
        """Return how often somebody has tried to get in or to exchange a key."""
        doors = {"/exchange", "/login", "/code"}
        return sum(line.path in doors for line in self.server.log)

    def _refused(self) -> Answer | None:
        self.on_sign_in()
        return self.refuses.pop(0) if self.refuses else None

    def _new(self) -> str:
        self.issued += 1
        return f"door-token-{self.issued}"

    def _exchange(self, request: Request) -> Answer:
        if (refused := self._refused()) is not None:
            return refused
        self.seen.append(request.headers.get("authorization", ""))
        if self.seen[-1] != f"ApiKey {self.key}":
            return Answer.of_json({}, 401)
        ends = self.key_ends_at
        return Answer.of_json(
            {
                "token": self._new(),
                "ends": (self.now() + TOKEN_LIFE).isoformat(),
                "key_ends": ends and ends.isoformat(),
            }
        )

    def _login(self, request: Request) -> Answer:
        if (refused := self._refused()) is not None:
            return refused
        said = request.json()
        if (said["login"], said["password"]) != (LOGIN, PASSWORD):
            return Answer.of_json({}, 401)
        if self.asks_code:
            return Answer.of_json({"state": "door-state-1"})
        return Answer.of_json({"session": self._new()})

    def _code(self, request: Request) -> Answer:
        if (refused := self._refused()) is not None:
            return refused
        if request.json() != {"state": "door-state-1", "code": CODE}:
            return Answer.of_json({}, 401)
        return Answer.of_json({"session": self._new()})

    def _renew(self, request: Request) -> Answer:
        """Take a session back and give the next one: each can be renewed once."""
        if request.json() != {"session": f"door-token-{self.issued}"}:
            return Answer.of_json({}, 401)
        return Answer.of_json({"session": self._new()})

    def _data(self, request: Request) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.used.append(token)
        asked, self.on_data = self.on_data, lambda: None
        asked()
        if self.down:
            return Answer(503)
        ours = token.startswith("door-token-") or self.sign_in.scopes_of(request) is not None
        if token in self.dead or not ours:
            return Answer.of_json({}, 401)
        if request.groups[0] == "profile":
            return Answer.of_json({"user": self.user})
        return Answer.of_json([[int(self.now().timestamp()) // 60 - 30 + i, 90] for i in range(9)])


def adapter(auth: Auth, name: str = "doors") -> Adapter[Settings]:
    """Return an adapter of such a vendor that gets in by ``auth``."""
    spec = StreamSpec(
        epoch=timedelta(minutes=1),
        longest_window=DAY * 30,
        lookback=2 * DAY,
        history=2 * DAY,
        poll_every=timedelta(hours=1),
    )
    profile = replace(spec, epoch=None, longest_window=timedelta.max, write=Write.UPSERT,
                      whole_day=False)  # fmt: skip
    plain = Adapter(
        name=name,
        summary="a vendor with many doors",
        capabilities=Capabilities(auth=auth, streams={Stream.STEPS: spec, Stream.PROFILE: profile}),
        settings=Settings,
        connect=_connected,
        parse=_parse,
    )
    match auth:
        case ApiKey():
            return replace(plain, exchange=_exchanged)
        case Password():
            return replace(plain, password=PasswordSteps(_begun, _resumed))
        case OAuth2():
            return replace(plain, client=_client)
        case _:
            return plain


def browser(doors: Doors, *, renews_itself: bool) -> OAuth2:
    """Return a browser sign-in at the vendor."""
    url = doors.server.url
    return OAuth2(
        f"{url}/authorize",
        f"{url}/token",
        ("steps",),
        authorize_params={"access_type": "offline", "prompt": "consent"},
        renews_itself=renews_itself,
    )


def _client(told: Settings) -> OAuthClient:
    return OAuthClient(
        "simulated-client", "simulated-secret", f"{told.base_url}/authorize",
        f"{told.base_url}/token",
    )  # fmt: skip


def _exchanged(told: Settings, key: str, http: HttpClient) -> Issued:
    answer = http.request(
        "POST", f"{told.base_url}/exchange", headers={"authorization": f"ApiKey {key}"}
    )
    said = json.loads(answer.body)
    return Issued(
        access=said["token"],
        expires_at=datetime.fromisoformat(said["ends"]),
        key_ends_at=said["key_ends"] and datetime.fromisoformat(said["key_ends"]),
    )


def _asked(told: Settings, path: str, said: dict[str, str]) -> dict[str, str]:
    """Ask as a vendor's own library would, with a client of its own."""
    with VendorClient(now=lambda: datetime.now().astimezone()) as client:
        body: dict[str, str] = json.loads(
            client.request("POST", f"{told.base_url}{path}", json=said).body
        )
    return body


def _begun(told: Settings, credentials: Credentials) -> Admitted | CodeWanted:
    login = {"login": credentials.login, "password": credentials.password}
    try:
        said = _asked(told, "/login", login)
    except AuthExpired:
        raise AuthExpired("Doors does not know this name with this password.") from None
    if "state" in said:
        return CodeWanted(state=said["state"], told="Doors sent a code to m***@example.org.")
    return Admitted(said["session"])


def _resumed(told: Settings, state: str, code: str) -> Admitted:
    try:
        return Admitted(_asked(told, "/code", {"state": state, "code": code})["session"])
    except AuthExpired:
        raise AuthExpired("Doors did not take that code.") from None


@contextmanager
def _connected(told: Settings, context: Context) -> Iterator[_Road]:
    yield _Road(told, context)


@dataclass
class _Road:
    """A connection; with a keeper it brings its own library, which renews by itself."""

    told: Settings
    context: Context

    def fetch(self, stream: Stream, window: Window, cursor: Cursor | None) -> Iterator[RawPayload]:
        del cursor
        path = "profile" if stream is Stream.PROFILE else "steps"
        yield RawPayload(
            account=self.context.account,
            stream=stream,
            covers=window,
            seq=0,
            fetched_at=self.context.now(),
            media_type="application/json",
            body=self._get(f"{self.told.base_url}/{path}"),
        )

    def _get(self, url: str) -> bytes:
        keeper = self.context.keeper
        if keeper is None:
            assert self.context.http is not None
            return self.context.http.request("GET", url).body
        held = keeper.held()
        try:
            return self._with(url, held)
        except AuthExpired:
            return self._with(url, keeper.keep(self._renewed(held)))

    def _renewed(self, held: str) -> str:
        """Renew as a library does that has its own client."""
        if not held.startswith("{"):
            return _asked(self.told, "/renew", {"session": held})["session"]
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": json.loads(held)["refresh_token"],
            "client_id": "simulated-client",
            "client_secret": "simulated-secret",
        }
        answer = post_form(f"{self.told.base_url}/token", fields, {})
        if answer.status != 200:
            raise AuthExpired("Doors took the sign-in back.")
        said = json.loads(answer.body)
        ends = self.context.now().timestamp() + said["expires_in"]
        return json.dumps({**said, "expires_at": ends})

    def _with(self, url: str, held: str) -> bytes:
        token = json.loads(held)["access_token"] if held.startswith("{") else held
        with VendorClient(now=self.context.now) as client:
            return client.request("GET", url, headers={"authorization": f"Bearer {token}"}).body


def _parse(payload: RawPayload) -> Iterator[StepSeries | Profile]:
    said = json.loads(payload.body)
    if payload.stream is Stream.PROFILE:
        yield Profile(source=WATCH, at=payload.fetched_at, user=said["user"])
    else:
        yield StepSeries(
            source=WATCH,
            series=Series.STEPS,
            start=tuple(60 * minute for minute, _ in said),
            duration=(60,) * len(said),
            value=tuple(steps for _, steps in said),
        )
