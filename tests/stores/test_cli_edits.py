"""Edits, flags and clocks on the command line."""

from __future__ import annotations

import json

from tests.command_line import WALK, CommandLine
from tests.service_desk import MORNING, walk, write_gpx, write_photo


def imported(ranger: CommandLine, *, name: str = "walk", days: int = 0) -> tuple[str, str]:
    """Ids of a patrol with one track of 40 points and one spike, and of that track."""
    import datetime as dt

    fixes = walk(MORNING + dt.timedelta(days=days), 40)
    fixes[30] = (fixes[30][0] + 0.3, *fixes[30][1:])
    path = write_gpx(ranger.folder / f"{name}.gpx", fixes, waypoints=[(41.2, 74.5, fixes[0][2], "snare")])
    record = ranger.answer("import", "gpx", path)["patrol_id"]
    return record, ranger.answer("track", "list", record)["tracks"][0]["id"]


def test_a_track_is_listed_edited_and_put_back(ranger: CommandLine) -> None:
    record, track = imported(ranger)

    done = ranger.answer("track", "edit", track, "--hide", "30", "--trim", "2-37", "--pause", "5-15", "--cut", "20",
                         "--day", "36-37=2026-03-05", "--reason", "lunch")  # fmt: skip

    assert done["changed"] is True
    (row,) = ranger.answer("track", "list", record)["tracks"]
    assert row.items() <= done.items()
    assert (row["points"], row["recorded_points"], row["first"], row["stop"]) == (26, 40, 0, 40)
    assert [one["field"] for one in row["edits"]] == [
        "break/20", "day/36-37", "hide/0-1", "hide/30-30", "hide/38-39", "pause/5-15",
    ]  # fmt: skip
    assert row["rest_minutes"] == {day["date"]: 10 for day in row["days"][:1]}
    assert len(row["days"]) == 2
    assert ranger.answer("patrol", "list")["patrols"][0]["points"] == 26
    ran = ranger("track", "list", record)
    assert "hide/30-30  lunch" in ran.out
    assert ranger.answer("track", "edit", track, "--undo", "hide/30-30")["points"] == 27
    assert ranger.answer("undo", "--steps", "2")["undone"]
    assert ranger.answer("track", "list", record)["tracks"][0]["points"] == 40


def test_wrong_words_are_wrong_usage(ranger: CommandLine) -> None:
    _, track = imported(ranger)

    assert ranger("track", "edit", track).code == 2
    assert ranger("track", "edit", track, "--hide", "x-y").code == 2
    assert ranger("track", "edit", track, "--day", "1-2=March").code == 2
    assert ranger("clock", "correct", "--device", "test", "--reason", "r").code == 2
    assert ranger("clock", "correct", "--device", "test", "--shift", "soon", "--reason", "r").code == 2
    assert ranger("clock", "correct", "--device", "test", "--shows", "10:15", "--reason", "r").code == 2
    ran = ranger("track", "edit", track, "--hide", "39-40")
    assert (ran.code, ran.err.startswith("[track-range] The track has 40 points; 39 to 40")) == (3, True)
    assert ranger("clock", "correct", "--device", "nobody's", "--shift", "5", "--reason", "r").code == 3


def test_flags_want_a_look_until_they_are_let_be(ranger: CommandLine) -> None:
    record, track = imported(ranger)

    ran = ranger("patrol", "flags", record, "--json")

    assert ran.code == 1
    spike = next(one for one in ran.answer["flags"] if one["kind"] == "spike")
    assert (spike["track"], spike["first"], spike["last"], spike["severity"], spike["seen"]) == (
        track, 30, 30, "warning", None,
    )  # fmt: skip
    assert spike["text"].startswith("A spike of 33")
    for one in ran.answer["flags"]:
        points = f"{one['first']}-{one['last']}"
        assert ranger("track", "dismiss", track, one["kind"], points, "--reason", "Seen").code == 0
    ran = ranger("patrol", "flags", record, "--json")
    assert (ran.code, {one["seen"] for one in ran.answer["flags"]}) == (0, {"Seen"})
    assert ranger("track", "dismiss", track, "spike", "30", "--again").code == 0
    assert ranger("patrol", "flags", record).code == 1


def test_patrols_are_split_and_joined(ranger: CommandLine) -> None:
    record, track = imported(ranger)

    parted = ranger.answer("track", "split", track, "--at", "20", "--number", "SECOND")
    assert [row["points"] for row in ranger.answer("patrol", "list")["patrols"]] == [20, 20]
    assert ranger.answer("patrol", "join", record, "SECOND")["patrol_id"] == record
    assert len(ranger.answer("patrol", "list")["patrols"]) == 1
    assert parted["patrol_id"] != record

    new = ranger.answer("track", "split", track, "--at", "10", "--leg", "--transport", "horse")
    legs = ranger.answer("patrol", "show", record)["legs"]
    assert [leg["transport"] for leg in legs] == ["foot", "horse"]
    assert ranger.answer("patrol", "join", legs[0]["id"], new["leg_id"], "--legs")["leg_id"] == legs[0]["id"]
    assert len(ranger.answer("patrol", "show", record)["legs"]) == 1


def test_a_waypoint_is_moved(ranger: CommandLine) -> None:
    record, _ = imported(ranger)
    waypoint = ranger.answer("patrol", "show", record)["waypoints"][0]["id"]

    done = ranger.answer("patrol", "move-waypoint", waypoint, "--to", "41.25, 74.6", "--reason", "over the ridge")

    assert done["changed"] is True
    position = ranger.answer("patrol", "show", record)["waypoints"][0]["position"]
    assert (position["latitude_deg"], position["longitude_deg"], position["source"]) == (41.25, 74.6, "stated")


def test_a_place_of_two_meanings_is_answered_with_both_and_moves_no_waypoint(ranger: CommandLine) -> None:
    record, _ = imported(ranger)
    waypoint = ranger.answer("patrol", "show", record)["waypoints"][0]["id"]

    ran = ranger("patrol", "move-waypoint", waypoint, "--to", "74.5, 41.2", "--reason", "over the ridge")
    south = ranger("patrol", "move-waypoint", waypoint, "--to", "43S 458181 4561203", "--reason", "over the ridge")
    moved = ranger("patrol", "move-waypoint", waypoint, "--to", "41.25, 74.6", "--reason", "over the ridge")

    assert (ran.code, south.code, moved.code) == (2, 2, 0)
    assert "74°30′00.00″ N, 41°12′00.00″ E (Decimal degrees); 41°12′00.00″ N, 74°30′00.00″ E" in ran.err
    assert "49°06′02.16″ S" in south.err
    assert moved.out == "The waypoint stands at 41.250000, 74.600000 now.\n"


def test_a_transport_in_no_list_is_taken_and_told(ranger: CommandLine) -> None:
    ran = ranger("import", "tracks", WALK, "--transport", "broom", "--mandate", "antipoaching")
    record = ranger.answer("patrol", "list")["patrols"][0]["id"]
    file = ranger.folder / "edit.json"
    leg = ranger.answer("patrol", "show", record)["legs"][0]["id"]
    file.write_text(json.dumps({"mandate": "antipoching", "legs": [{"id": leg, "transport": "foot"}]}))
    edited = ranger("patrol", "edit", record, "--from-json", file, "--json")

    assert "The transport “broom” stands in none of the lists here" in ran.err
    assert "antipoaching" not in ran.err
    assert edited.code == 0
    assert [one["where"] for one in edited.answer["notes"]] == ["mandate"]
    file.write_text(json.dumps({"number": "N" * 5000}))
    assert ranger("patrol", "edit", record, "--from-json", file).err.count("[number-too-long]") == 1
    assert "[number-too-long]" in ranger("import", "tracks", WALK, "--patrol-id", "N" * 101).err


def test_clocks_are_corrected_and_listed(ranger: CommandLine) -> None:
    record, track = imported(ranger)
    photo = write_photo(ranger.folder / "screen.jpg", taken="2026:03:04 08:05:00")
    screen = ranger.answer("import", "photos", photo)["attachments"][0]["id"]

    done = ranger.answer("clock", "correct", "--device", "test", "--shift", "-01:00:00", "--reason", "zone")
    assert (done["shift_s"], done["tracks"], len(done["waypoints"])) == (-3600, [track], 1)
    assert ranger.answer("track", "list", record)["tracks"][0]["days"][0]["start"] == "07:00:00"
    assert ranger.answer("track", "list", record)["tracks"][0]["edits"][0]["field"] == f"clock/{done['clock']}"

    ranger.answer("clock", "correct", "--photo", screen, "--shows", "08:15:30", "--reason", "screen")
    listed = ranger.answer("clock", "list")["corrections"]
    assert sorted((one["name"], one["shift_s"], len(one["photos"])) for one in listed) == [
        ("Example EX-1", 630, 1), ("test", -3600, 0),
    ]  # fmt: skip
    assert "zone" in ranger("clock", "list").out
    ranger.answer("undo", "--steps", "2")
    assert ranger.answer("clock", "list")["corrections"] == []


def test_an_import_proposes_the_correction_of_a_clock_that_was_corrected_before(ranger: CommandLine) -> None:
    imported(ranger)
    first = write_photo(ranger.folder / "one.jpg", taken="2026:03:04 08:05:00")
    camera = ranger.answer("import", "photos", first)["attachments"][0]["id"]
    ranger.answer("clock", "correct", "--device", "test", "--shift", "-3600", "--reason", "zone")
    ranger.answer("clock", "correct", "--photo", camera, "--shift", "420", "--reason", "screen")

    path = write_gpx(ranger.folder / "next.gpx", walk(MORNING.replace(day=6), 40))
    tracks = ranger("import", "gpx", path, "--json")
    photos = ranger.answer("import", "photos", write_photo(ranger.folder / "two.jpg", taken="2026:03:05 08:05:00"))

    (of_tracks,) = tracks.answer["clocks"]
    (of_photos,) = photos["clocks"]
    assert (of_tracks["is_camera"], of_tracks["shift_s"], len(of_tracks["tracks"])) == (False, -3600, 1)
    assert (of_photos["name"], of_photos["shift_s"], len(of_photos["photos"])) == ("Example EX-1", 420, 1)
    assert f"clock correct --track {of_tracks['tracks'][0]} --shift -3600" in tracks.err
    assert sorted(len(one["tracks"]) for one in ranger.answer("clock", "list")["corrections"]) == [0, 1]


def test_a_track_without_times_tells_no_hours_and_a_flag_needs_to_stand(ranger: CommandLine) -> None:
    path = write_gpx(ranger.folder / "untimed.gpx", walk(None, 5))
    record = ranger.answer("import", "gpx", path)["patrol_id"]
    (row,) = ranger.answer("track", "list", record)["tracks"]
    assert [(day["date"], day["start"], day["end"], day["points"]) for day in row["days"]] == [(None, None, None, 5)]

    ran = ranger("track", "dismiss", row["id"], "spike", "1-2", "--reason", "seen")
    assert (ran.code, ran.err.split()[0]) == (3, "[flag-missing]")
    ran = ranger("track", "dismiss", row["id"], "spike", "1-2")
    assert (ran.code, ran.err.split()[0]) == (3, "[flag-reason-missing]")


def test_who_is_no_member_any_more_leads_no_leg_and_the_patrol_can_be_given_back(ranger: CommandLine) -> None:
    record, _ = imported(ranger)
    leg = ranger.answer("patrol", "show", record)["legs"][0]["id"]
    for told in ({"leader": "New, One", "pilot": "New, Two"}, {"members": ["New, Two"]}):
        parts = ranger.write("parts.json", {"legs": [{"id": leg, **told}]})
        ranger.answer("patrol", "edit", record, "--from-json", parts)

    shown = ranger.answer("patrol", "show", record)
    again = ranger.answer("patrol", "edit", record, "--from-json", ranger.write("same.json", shown))

    (now,) = shown["legs"]
    assert (now["leader"], now["pilot"], now["members"]) == (None, "New, Two", ["New, Two"])
    assert again["changed"] is False
    (act,) = [one for one in ranger.answer("history", "leg", leg)["changes"] if "members/" in str(one["fields"])][-1:]
    assert act["fields"]["leader"] is None
