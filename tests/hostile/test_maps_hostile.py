"""Maps that were made or damaged to harm a reader: refused or told, and never for long."""

from __future__ import annotations

import os
import random
import sqlite3
import struct
import time
from pathlib import Path

import pytest

from ranger_app.jobs import JobContext
from ranger_app.maps.errors import MapFileRefusedError, MapOtherProjectionError
from ranger_app.maps.tile_files import TileFile, open_tiles
from ranger_app.maps.tiles import MOST_TILE_BYTES
from ranger_app.services.maps import MapShelf
from tests import made_maps
from tests.made_maps import NARYN, colour

LONGEST_S = 4.0
"""Nothing here may take longer, on a laptop of two cores with others at work."""

TILE = NARYN[0]


@pytest.fixture(autouse=True)
def clock() -> object:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < 2 * LONGEST_S


def asked(opened: TileFile) -> list[bytes | None]:
    """Every tile, or nothing where the file says that it cannot be read."""
    found: list[bytes | None] = []
    for tile in NARYN:
        try:
            found.append(opened.tile(*tile))
        except OSError:
            found.append(None)
    return found


def tried(path: Path) -> int:
    """How many tiles of a map that may be refused are still there."""
    try:
        with open_tiles(path) as opened:
            return sum(tile is not None for tile in asked(opened))
    except MapFileRefusedError:
        return 0


def varint(number: int) -> bytes:
    """A number as SQLite's files have it."""
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


def with_claim(path: Path, claimed: int) -> Path:
    """An MBTiles file of one page of tiles; its last row claims a tile of *claimed* bytes."""
    told = {"minzoom": "5", "maxzoom": "5"}
    made_maps.mbtiles(path, ((5, 22, 11), (5, 23, 11)), with_index=False, metadata=told)
    content = bytearray(path.read_bytes())
    (size,) = struct.unpack_from(">H", content, 16)
    database = sqlite3.connect(path)
    (root,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'tiles'").fetchone()
    database.close()
    page = (root - 1) * size
    kinds = b"\x01\x01\x01" + varint(12 + 2 * claimed)
    header = bytes([1 + len(kinds)]) + kinds
    payload = len(header) + 3 + claimed
    # What stands on the page itself, then the page on which the rest is said to go on.
    local = (header + bytes((5, 23, 20)) + b"\x89PNG\r\n\x1a\n").ljust(size // 2, b"\x00") + struct.pack(">I", root)
    cell = varint(payload) + varint(2) + local
    place = page + 100
    content[place : place + len(cell)] = cell
    content[page + 10 : page + 12] = struct.pack(">H", 100)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("claimed", [4_294_967_295, 2_147_483_647, 1_000_000_000, MOST_TILE_BYTES * 2])
def test_a_tile_that_claims_gigabytes_is_an_error_and_the_others_are_there(tmp_path: Path, claimed: int) -> None:
    with open_tiles(with_claim(tmp_path / "a.mbtiles", claimed)) as opened:
        with pytest.raises(OSError, match=r"."):
            opened.tile(5, 23, 11)
        assert colour(opened.tile(5, 22, 11)) == (5, 22, 11)


def test_a_tile_that_is_too_large_is_an_error_however_it_is_kept(tmp_path: Path) -> None:
    large = bytes(MOST_TILE_BYTES + 10_000)
    database_file = made_maps.mbtiles(tmp_path / "a.mbtiles")
    with sqlite3.connect(database_file) as database:
        database.execute("UPDATE tiles SET tile_data = ? WHERE zoom_level = 5", (large,))
    database.close()
    folder = made_maps.tile_folder(tmp_path / "folder")
    (folder / "5" / "22" / "11.png").write_bytes(large)

    for path in (database_file, folder):
        with open_tiles(path) as opened:
            with pytest.raises(OSError, match=r"too (large|big)"):
                opened.tile(*TILE)
            assert colour(opened.tile(*NARYN[1])) == NARYN[1]


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)"
TILES = "SELECT 5 AS zoom_level, 22 AS tile_column, 20 AS tile_row"
VIEWS = {
    "endless": (
        f"CREATE VIEW tiles AS {ENDLESS} SELECT i AS zoom_level, i AS tile_column, i AS tile_row, x'89' AS tile_data"
        " FROM n"
    ),
    "of itself": "CREATE VIEW tiles AS SELECT * FROM other",
    "of everything by everything": (
        "CREATE VIEW tiles AS SELECT a.i AS zoom_level, b.i AS tile_column, c.i AS tile_row, x'89' AS tile_data"
        " FROM many a, many b, many c, many d ORDER BY a.i + b.i * c.i + d.i"
    ),
    "of zeros": f"CREATE VIEW tiles AS {TILES}, zeroblob(2000000000) AS tile_data",
    "of blanks": f"CREATE VIEW tiles AS {TILES}, printf('%2000000000c', 'a') AS tile_data",
    "of doubling": f"CREATE VIEW tiles AS {TILES}, replace(hex(zeroblob(9999)), '0', zeroblob(9999)) AS tile_data",
    "of an extension": f"CREATE VIEW tiles AS {TILES}, load_extension('x.so') AS tile_data",
    "of the file system": f"CREATE VIEW tiles AS {TILES}, readfile('/etc/passwd') AS tile_data",
    "of pragmas": f"CREATE VIEW tiles AS {TILES}, name AS tile_data FROM pragma_database_list",
    "of an own column": ("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data AS (zeroblob(900000000)))"),
    "of a column that compares for ever": (
        "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data AS"
        " (hex(zeroblob(1000000)) GLOB '*0*0*0*0*0*0*0*0*0*1'))"
    ),
}


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_a_table_that_is_a_trap_ends_soon(tmp_path: Path, view: str) -> None:
    path = tmp_path / "trap.mbtiles"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE metadata (name text, value text)")
    database.execute("CREATE TABLE many (i integer)")
    database.executemany("INSERT INTO many VALUES (?)", ((number,) for number in range(2000)))
    database.execute(VIEWS[view])
    if "CREATE TABLE" in VIEWS[view]:
        database.execute("INSERT INTO tiles VALUES (5, 22, 20)")
    if view == "of itself":
        database.execute("CREATE VIEW other AS SELECT * FROM tiles")
    database.commit()
    database.close()
    before = path.read_bytes()

    assert tried(path) == 0

    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["trap.mbtiles"]


def test_metadata_that_is_a_trap_is_refused(tmp_path: Path) -> None:
    path = made_maps.mbtiles(tmp_path / "a.mbtiles")
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE metadata")
        database.execute(f"CREATE VIEW metadata AS {ENDLESS} SELECT 'x' || i AS name, i AS value FROM n")
    database.close()

    assert tried(path) in (0, len(NARYN))


def test_triggers_of_a_map_never_run(tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()
    path = made_maps.mbtiles(tmp_path / "a.mbtiles", with_index=False)
    with sqlite3.connect(path) as database:
        for act in ("INSERT", "UPDATE", "DELETE"):
            database.execute(f"CREATE TRIGGER t{act} AFTER {act} ON tiles BEGIN DELETE FROM tiles; END")
    database.close()

    entry = MapShelf(tmp_path / "station").add(path, context=JobContext())

    with open_tiles(entry.path) as opened:
        assert [colour(opened.tile(*tile)) for tile in NARYN] == list(NARYN)


def test_a_database_cut_anywhere_is_refused_or_told(tmp_path: Path) -> None:
    whole = made_maps.mbtiles(tmp_path / "whole.mbtiles", as_view=True).read_bytes()
    path = tmp_path / "cut.mbtiles"

    for length in [*range(0, 200, 13), *range(200, len(whole), 1001), len(whole) - 1]:
        path.write_bytes(whole[:length])
        assert tried(path) <= len(NARYN)
    path.write_bytes(whole)
    assert tried(path) == len(NARYN)


@pytest.mark.parametrize("ending", ["mbtiles", "sqlitedb"])
def test_a_database_changed_anywhere_is_refused_or_told(tmp_path: Path, ending: str) -> None:
    make = made_maps.mbtiles if ending == "mbtiles" else made_maps.rmaps
    whole = make(tmp_path / f"whole.{ending}").read_bytes()
    path = tmp_path / f"changed.{ending}"
    chance = random.Random(6)

    for _ in range(300):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 1, 4, 30))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        assert tried(path) <= len(NARYN)


@pytest.mark.parametrize("beside", ["-journal", "-wal", "-shm"])
def test_rubbish_beside_a_database_is_left_alone(tmp_path: Path, beside: str) -> None:
    path = made_maps.mbtiles(tmp_path / "a.mbtiles")
    rubbish = path.with_name(path.name + beside)
    rubbish.write_bytes(bytes.fromhex("d9d505f920a163d7") + os.urandom(4096))
    before = path.read_bytes(), rubbish.read_bytes()

    tried(path)

    assert (path.read_bytes(), rubbish.read_bytes()) == before


def test_a_map_that_vanishes_while_it_is_shown_says_so(tmp_path: Path) -> None:
    database_file = made_maps.mbtiles(tmp_path / "a.mbtiles")
    folder = made_maps.tile_folder(tmp_path / "folder")

    with open_tiles(database_file) as tiles, open_tiles(folder) as others:
        assert tiles.tile(*TILE) is not None
        assert others.tile(*TILE) is not None
        database_file.unlink()
        folder.rename(tmp_path / "elsewhere")

        for opened in (tiles, others):
            with pytest.raises(FileNotFoundError):
                opened.tile(*TILE)


def test_a_map_that_is_replaced_or_cut_while_it_is_shown_says_so(tmp_path: Path) -> None:
    path = made_maps.mbtiles(tmp_path / "a.mbtiles", [(9, x, y) for x in range(300, 330) for y in range(180, 200)])

    with open_tiles(path) as opened:
        os.truncate(path, 4096)
        with pytest.raises(OSError, match=r"."):
            opened.tile(9, 329, 199)
        made_maps.mbtiles(tmp_path / "b.mbtiles").replace(path)
        with pytest.raises(FileNotFoundError):
            opened.tile(9, 300, 180)


def test_a_map_that_was_closed_says_so(tmp_path: Path) -> None:
    for path in (made_maps.mbtiles(tmp_path / "a.mbtiles"), made_maps.tile_folder(tmp_path / "folder")):
        opened = open_tiles(path)
        opened.close()
        opened.close()

        with pytest.raises(OSError, match="closed"):
            opened.tile(*TILE)


def test_pipes_and_endless_links_among_tiles_are_no_trap(tmp_path: Path) -> None:
    folder = made_maps.tile_folder(tmp_path / "folder")
    column = folder / "5" / "22"
    os.mkfifo(column / "12.png")
    (column / "13.png").symlink_to("13.png")
    (column / "14.png").mkdir()
    (folder / "6" / "44").symlink_to(folder / "6")

    with open_tiles(folder) as opened:
        for row in (12, 13, 14):
            with pytest.raises(OSError, match=r"."):
                opened.tile(5, 22, row)
        assert opened.tile(6, 44, 22) is None
        assert colour(opened.tile(*TILE)) == TILE


def test_a_folder_of_traps_is_kept_without_them(tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()
    folder = made_maps.tile_folder(tmp_path / "folder")
    os.mkfifo(folder / "5" / "22" / "12.png")
    (folder / "5" / "22" / "13.png").symlink_to("/etc/passwd")
    (folder / "5" / "22" / "99999999.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "99" / "1").mkdir(parents=True)

    entry = MapShelf(tmp_path / "station").add(folder, context=JobContext())

    database = sqlite3.connect(entry.path)
    try:
        assert database.execute("SELECT count(*) FROM tiles").fetchone() == (len(NARYN),)
    finally:
        database.close()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"bounds": [1e400, 0, 1, 1]}',
        '{"bounds": [[], {}, null, 1]}',
        "\x00",
        '{"name": ' + "9" * 5000 + "}",
    ],
)
def test_nonsense_beside_a_folder_of_tiles_does_no_harm(tmp_path: Path, text: str) -> None:
    folder = made_maps.tile_folder(tmp_path / "folder")
    for name in ("metadata.json", ".metainfo"):
        (folder / name).write_text(text, encoding="utf-8")

    assert tried(folder) == len(NARYN)


def test_entities_beside_a_folder_of_tiles_are_not_opened(tmp_path: Path) -> None:
    folder = made_maps.tile_folder(tmp_path / "folder", is_south=True)
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
    (folder / "tilemapresource.xml").write_text(
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<TileMap><Title>&a29;&f;</Title><SRS>EPSG:3395</SRS></TileMap>",
        encoding="utf-8",
    )

    with pytest.raises(MapOtherProjectionError):
        open_tiles(folder)


def test_names_of_a_map_cannot_write_on_a_terminal_or_lead_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "station").mkdir()
    shelf = MapShelf(tmp_path / "station")
    names = [
        "../../../etc/passwd",
        "\x1b[31mred\x1b[0m\u202e",
        "CON",
        "",
        "x" * 5000,
        "nul.mbtiles",
        "\ud800",
        "a/b\\c:d*?",
    ]

    for number, name in enumerate(names):
        source = made_maps.mbtiles(
            tmp_path / f"{number}.mbtiles", metadata={"name": name.encode("utf-8", "replace").decode()}
        )
        for chosen in ("", f"{number}. {name}"):
            entry = shelf.add(source, name=chosen, context=JobContext())
            assert entry.path.parent == shelf.folder
            assert entry.path.stem.replace("-", "").isalnum()
            assert entry.name.isprintable()
            assert len(entry.name) <= 80

    assert len({entry.name for entry in shelf.entries()}) == 2 * len(names)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["station"]
