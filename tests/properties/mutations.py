"""Bytes gone wrong, fast and by seed: what fuzzers feed to a parser very many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

ODD = b'\x00\x01\x7f\x80\xfe\xff0129-.:,;"<>/&TZ \n'
WORDS = (
    *(b"", b"\x00" * 8, b"\xff" * 4, b"-1", b"1e999", b"nan", b"0.0", b"99999999999"),
    *(b"9999-12-31T23:59:59Z", b"1901-01-01T00:00:00Z", b"<a>", b"</trkpt>", b"]]>", b"&#0;"),
    *(b'"', b"\r\n", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"PK\x03\x04", b".FIT"),
)
MOST = 6


def mutants(wholes: Sequence[bytes], seed: int, count: int) -> Iterator[bytes]:
    """Yield ``count`` inputs, each a whole one with one to six things done to it."""
    random = Random(seed)
    for _ in range(count):
        data = bytearray(random.choice(wholes))
        for _ in range(random.randint(1, MOST)):
            _mutate(data, wholes, random)
        yield bytes(data)


def _mutate(data: bytearray, wholes: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(data) + 1)
    length = min(random.choice((1, 2, 4, 8, 32, 200)), len(data) - at)
    match random.randrange(9):
        case 0 | 1 | 2 if length:
            data[at] ^= 1 << random.randrange(8)
        case 3 if length:
            data[at] = random.choice(ODD)
        case 4:
            del data[at : at + length]
        case 5:
            data[at:at] = data[at : at + length]
        case 6:
            word = random.choice(WORDS)
            data[at : at + len(word)] = word
        case 7:
            other = random.choice(wholes)
            begin = random.randrange(len(other) + 1)
            data[at : at + length] = other[begin : begin + length]
        case _:
            digits = random.randrange(10 ** random.randint(1, 12))
            data[at : at + length] = str(digits).encode()
