"""GPX files spoilt in every way that hardware, programs and people spoil them; the fast reader against the careful one.

``python -m tests.gpx_mutants 100000`` compares as many files and says how many were read differently; 0 is right.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from ranger_app.errors import RangerAppError
from ranger_app.importers.gpx import gpx_reading
from ranger_app.importers.track_file import TrackFile

TRACKS = Path(__file__).parent / "data" / "tracks"
LARGEST_SEED = 40_000
"""Larger files of the corpus are cut: mutations are looked for, not bytes."""

HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="eTrex 32x" '
    b'xmlns="http://www.topografix.com/GPX/1/1" xmlns:g="http://www.topografix.com/GPX/1/1" '
    b'xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">\n'
)
DECIMALS = (
    b"7",
    b"41.4213571",
    b"-0.5",
    b"42.430762946605682373046875",
    b"74.50000000000001",
    b"0",
    b"179.99999999999",
)
TOKENS = (
    b"<", b">", b"/", b"&", b'"', b"'", b"=", b" ", b"\n", b"\r", b"\r\n", b"\t", b"\x00", b"\xff", b"\xc3\xa9",
    b"]]>", b"--", b"<!--", b"-->", b"<!-- x -->", b"<![CDATA[", b"<![CDATA[x]]>", b"<?x y?>", b"<!DOCTYPE gpx>",
    b"&amp;", b"&#49;", b"&nbsp;", b"<trkpt", b"</trkpt>", b'<trkpt lat="1" lon="2"/>', b'<trkpt lon="1" lat="2"/>',
    b"<trkpt lat='1' lon='2'/>", b"<trkseg>", b"</trkseg>", b"</trkseg><trkseg>", b"<trk>", b"</trk>", b"</gpx>",
    b"<ele>", b"</ele>", b"<ele/>", b"<ele>5</ele>", b"<ele >6</ele >", b"<time>", b"</time>", b"<time/>",
    b"<time >2026-03-04T09:15:42Z</time >", b"<time>2026-03-04T97:15:42Z</time>",
    b"<time>2026-03-04T09:15:42+06:00</time>", b"<name>", b"</name>", b"<extensions>", b"</extensions>",
    b"<extensions><ele>1</ele></extensions>", b"<extensions><trkpt/></extensions>",
    b"<extensions><x:hr>91</x:hr></extensions>", b"<x:hr>91</x:hr>", b"<speed>1.5</speed>", b"<speed>-1</speed>",
    b"<speed>9.8E-4</speed>", b"<hdop>NaN</hdop>", b"<sat>7</sat>", b"<g:ele>8</g:ele>", b"<g:trkpt", b"</g:trkpt>",
    b"<g:time>2026-03-04T09:15:43Z</g:time>", b"<x:trkpt", b"g:", b"gpxtpx:", b"xmlns:x='u'", b' x="1"', b' lat="3"',
    b"e5", b"E-3", b"NaN", b"inf", b"999", b"-", b"+", b".", b"Z", b"T", b":", b"60", b"24", b"1e99999", b"0" * 45,
    b"\xef\xbb\xbf", b"T97:", b"T24:00:00", b"23:59:60", b"-02-30T", b"1970-01-01T00:00:00Z", b"2105-", b".5Z",
    b".123456789Z", b"+06:00", b"<fix>3d</fix>", b"<cmt><![CDATA[a > b]]></cmt>", b"<cmt>a</cmt>", b"utf-16",
    b"iso-8859-1", b"us-ascii", b"windows-1251", b"{", b"~",
    *DECIMALS,
)  # fmt: skip
MARKUP = b"<>/\"'=&:-.! \n\r"


def seeds() -> tuple[list[bytes], list[bytes]]:
    """Files to be spoilt: such as devices and programs write, and the real ones."""
    made = [device_like(random.Random(number)) for number in range(150)]
    real = [path.read_bytes() for path in sorted(TRACKS.rglob("*.gpx"))]
    return made, [content if len(content) <= LARGEST_SEED else _shortened(content) for content in real]


def _shortened(content: bytes) -> bytes:
    at = content.rfind(b"<trkpt", 0, LARGEST_SEED // 2)
    return content[:at] + content[content.rfind(b"</trkseg>") :]


def device_like(rng: random.Random) -> bytes:
    """A small file whose points have one of many shapes, or two."""
    shapes = [_shape(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    head = (
        HEAD
        if rng.random() < 0.8
        else rng.choice((b"<gpx>", HEAD.replace(b"UTF-8", b"iso-8859-1"), b"\xef\xbb\xbf" + HEAD))
    )
    end = rng.choice((b"\n", b"\n  ", b"", b"\r\n", b"\n\t\t\t", b"\n            "))
    parts = [head, b"<trk><name>Walk</name><trkseg>", end]
    oddness = rng.choice((0.0, 0.0, 0.002, 0.02))
    for row in range(rng.randint(25, 60)):
        parts += [_point(rng, rng.choice(shapes) if rng.random() < 0.2 else shapes[0], row, oddness), end]
        if rng.random() < 0.01:
            parts += [b"</trkseg><trkseg>", end]
    return b"".join(parts) + b"</trkseg></trk></gpx>\n"


def _shape(rng: random.Random) -> list[bytes]:
    order = rng.choice(
        (b'lat="%(lat)b" lon="%(lon)b"',) * 3 + (b'lon="%(lon)b" lat="%(lat)b"', b"lat='%(lat)b' lon='%(lon)b'")
    )
    if rng.random() < 0.05:
        return [b"<trkpt " + order + b"/>"]
    children = [child for child, chance in _CHILDREN if rng.random() < chance]
    if rng.random() < 0.2:
        rng.shuffle(children)
    return [b"<trkpt " + order + b">", *children, b"</trkpt>"]


_WRAPPED = b"<extensions><gpxtpx:TrackPointExtension>%b</gpxtpx:TrackPointExtension></extensions>"
_CHILDREN: tuple[tuple[bytes, float], ...] = (
    (b"<ele>%(ele)b</ele>", 0.9),
    (b"<time>%(time)b</time>", 0.9),
    (b"<course>%(some)b</course>", 0.15),
    (b"<speed>%(some)b</speed>", 0.25),
    (b"<fix>3d</fix>", 0.1),
    (b"<sat>%(sat)b</sat>", 0.15),
    (b"<hdop>%(some)b</hdop>", 0.2),
    (b"<cmt>%(word)b</cmt>", 0.1),
    (b"<cmt><![CDATA[%(word)b]]></cmt>", 0.05),
    (b"<sym>Dot</sym>", 0.1),
    (_WRAPPED % b"<gpxtpx:hr>%(sat)b</gpxtpx:hr><gpxtpx:cad>%(sat)b</gpxtpx:cad>", 0.2),
    (_WRAPPED % b"\n <gpxtpx:atemp>%(some)b</gpxtpx:atemp>\n", 0.1),
    (b"<extensions><speed>%(some)b</speed><hAcc>%(some)b</hAcc><vAcc>%(some)b</vAcc></extensions>", 0.1),
    (b"<extensions><osmand:speed>%(some)b</osmand:speed></extensions>", 0.1),
)


def _point(rng: random.Random, shape: list[bytes], row: int, oddness: float) -> bytes:
    seconds = rng.choice((b"Z",) * 9 + (b".000Z", b".25Z", b".123456Z", b"+06:00", b".5-03:30", b"", b".75"))
    values = {
        b"lat": _number(rng, 41.4 + row * 1e-5, oddness),
        b"lon": _number(rng, -75.9 + row * 1e-5, oddness),
        b"ele": _number(rng, 2600.0 - row, oddness),
        b"some": _number(rng, rng.random() * 9, oddness),
        b"sat": b"%d" % rng.randint(0, 180),
        b"time": b"2026-0%d-04T09:%02d:%02d%b" % (rng.randint(6, 7), row % 60, rng.randint(0, 59), seconds),
        b"word": rng.choice((b"snare", b"a 'b'", b'12" pipe', b"x > y", b"\xd0\xa1\xd0\xbb\xd0\xb5\xd0\xb4", b"")),
    }  # fmt: skip
    between = rng.choice((b"", b" ", b"\r")) if rng.random() < oddness else b"\n    "
    return between.join(part % values for part in shape)


def _number(rng: random.Random, about: float, oddness: float) -> bytes:
    if rng.random() < oddness:
        return rng.choice((b"-0.0", b"0", b"", b"1e-5", b"NaN", b"999", b" 5", b"5.", b".5", b"+1.5", b"1_0"))
    value = about + rng.uniform(-1e-4, 1e-4)
    kind = rng.random()
    if kind < 0.75:
        return b"%.7f" % value
    if kind < 0.8:
        return repr(value).encode()
    if kind < 0.85:
        return b"%.24f" % value
    return rng.choice((b"%d" % value, b"%.1f" % value, b"%.3f" % value, b"%.13f" % value))


def mutants(count: int, *, seed: int) -> Iterator[bytes]:
    """As many spoilt files, the same ones for the same *seed*."""
    rng, (made, real) = random.Random(seed), seeds()
    for _ in range(count):
        content = rng.choice(real if rng.random() < 0.2 else made)
        for _ in range(rng.choice((1, 1, 1, 1, 2, 4))):
            content = _mutated(rng, content)
        yield content


def long_mutants(count: int, *, seed: int) -> Iterator[bytes]:
    """As many spoilt files of several blocks, in which points of many shapes follow each other."""
    rng, (made, _real) = random.Random(seed), seeds()
    for _ in range(count):
        walks = [content[content.find(b"<trkpt") : content.rfind(b"</trkseg>")] for content in rng.choices(made, k=6)]
        content = (
            HEAD + b"<trk><trkseg>" + b"".join(walk * rng.randint(5, 20) for walk in walks) + b"</trkseg></trk></gpx>"
        )
        for _ in range(rng.choice((0, 1, 2, 4))):
            content = _with_other_values(rng, content)
        yield content


def _mutated(rng: random.Random, content: bytes) -> bytes:
    return _with_other_values(rng, content) if rng.random() < 0.55 else _with_other_markup(rng, content)


def _with_other_values(rng: random.Random, content: bytes) -> bytes:
    """Often as well-formed as before."""
    at = _digit_place(rng, content)
    tag_end = content.find(b">", at) + 1
    match rng.randrange(10):
        case 0 | 1:
            return content[:at] + bytes([rng.choice(b"0123456789")]) + content[at + 1 :]
        case 2:
            return content[:at] + bytes([rng.choice(b"0123456789.-:TZ eE+")]) + content[at + rng.choice((0, 1)) :]
        case 3:
            return content[:at] + rng.choice(DECIMALS) + content[at + rng.randrange(12) :]
        case 4:
            return content[:tag_end] + rng.choice(_WHOLE) + content[tag_end:]
        case 5:
            return content[:tag_end] + rng.choice((b" ", b"\n", b"\r\n", b"\r", b"\t", b"x", b"12")) + content[tag_end:]
        case 6:
            start, end = _element(content, at)
            return content[:start] + content[end:]
        case 7:
            start, end = _element(content, at)
            return content[:end] + content[start:end] + content[end:]
        case 8:
            start = content.rfind(b"<trkpt", 0, at)
            end = content.find(b"<trkpt", _digit_place(rng, content))
            before, after = rng.choice(_AROUND)
            return (
                content[:start] + before + content[start:end] + after + content[end:] if 0 <= start < end else content
            )
        case _:
            (start, end), (to, _end) = _element(content, at), _element(content, _digit_place(rng, content))
            return content[:to] + content[start:end] + content[to:]


def _element(content: bytes, at: int) -> tuple[int, int]:
    """Where an element that holds only text, or a whole point, begins and ends."""
    start = content.rfind(b"<", 0, at)
    name = content[start + 1 : start + 40].partition(b">")[0].partition(b" ")[0]
    end = content.find(b"</" + name + b">", at)
    return (start, end + len(name) + 3) if start >= 0 and end >= 0 else (at, at)


def _with_other_markup(rng: random.Random, content: bytes) -> bytes:
    """Seldom as well-formed as before."""
    at = _place(rng, content)
    span = min(len(content) - at, rng.choice((1, 1, 1, 2, 3, 8, 30, 150)))
    match rng.randrange(9):
        case 0:
            return content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]
        case 1:
            return content[:at] + bytes([rng.choice(MARKUP + b"0123456789")]) + content[at + 1 :]
        case 2:
            return content[:at] + rng.choice(TOKENS) + content[at:]
        case 3:
            return content[:at] + rng.choice(TOKENS) + content[at + span :]
        case 4:
            return content[:at] + content[at + span :]
        case 5:
            return content[: at + span] + content[at:]
        case 6:
            to = _place(rng, content)
            return content[:to] + content[at : at + span] + content[to:]
        case 7:
            old = rng.choice(_SWAPPED)
            places = content.count(old)
            return content.replace(old, rng.choice(TOKENS), rng.choice((1, places))) if places else content[:at]
        case _:
            return (
                content[:at] if rng.random() < 0.2 else content.replace(b"\n", rng.choice((b"\r\n", b"\r", b"")), span)
            )


_SWAPPED = (
    b"<ele>",
    b"</ele>",
    b"<time>",
    b"</time>",
    b"</trkpt>",
    b"<trkpt ",
    b"lat=",
    b'"',
    b"T",
    b"Z",
    b".",
    b">\n",
    b"speed",
    b":",
)


_AROUND = (
    (b"<!--", b"-->"),
    (b"<![CDATA[", b"]]>"),
    (b"<x>", b"</x>"),
    (b"<?x ", b"?>"),
    (b"<extensions>", b"</extensions>"),
)
_WHOLE = tuple(
    token for token in TOKENS if token[:1] == b"<" and token[-1:] == b">" and (b"</" in token or b"/>" in token)
)
"""Tokens after which a file is as well-formed as before."""


def _digit_place(rng: random.Random, content: bytes) -> int:
    """Somewhere in a number or a time of the later part of a file."""
    at = rng.randrange(len(content) or 1)
    while at < len(content) and not content[at : at + 1].isdigit():
        at += 1
    return at


def _place(rng: random.Random, content: bytes) -> int:
    """Somewhere, but twice in three times where something stands that means something."""
    at = rng.randrange(len(content) or 1)
    if rng.random() < 0.33:
        return at
    found = content.find(bytes([rng.choice(MARKUP + b"0123456789Ttl")]), at)
    return at if found < 0 else min(found + rng.choice((0, 0, 1)), len(content))


def told(content: bytes, *, carefully: bool) -> tuple[object, int]:
    """All that a reader says of a file, float for float, and how many points it read at once."""
    try:
        reading = gpx_reading(content, name="walk.gpx", carefully=carefully)
    except RangerAppError as error:
        return (error.code, sorted(error.facts.items())), 0
    return all_of(reading.file), reading.at_once


def all_of(file: TrackFile) -> object:
    """Everything in a file as values that compare bit by bit."""
    tracks = [
        (
            each.name, each.device, each.track.time_us.tobytes(), each.track.longitude_deg.tobytes(),
            each.track.latitude_deg.tobytes(), each.track.elevation_m.tobytes(), each.track.part_starts.tobytes(),
            sorted((name, column.tobytes()) for name, column in each.extras.items()),
        )
        for each in file.tracks
    ]  # fmt: skip
    facts = (file.name, file.format, file.version, file.creator, file.point_count, file.points_in_file)
    return facts, tracks, repr(file.waypoints), file.problems


def main(count: int, seed: int = 1) -> int:
    """Compare *count* files; the answer is 1 when any was read differently."""
    wrong = at_once = 0
    for number, content in enumerate(mutants(count, seed=seed), start=1):
        fast, points = told(content, carefully=False)
        careful, _none = told(content, carefully=True)
        at_once += points > 0
        if fast != careful:
            wrong += 1
            print(f"mutant {number} of seed {seed} is read differently", flush=True)
        if number % 10_000 == 0:
            print(f"{number:,} compared, {wrong} wrong, {at_once:,} read at once at least in part", flush=True)
    print(f"{count:,} compared, {wrong} wrong, {at_once:,} read at once at least in part", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
