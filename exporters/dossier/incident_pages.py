"""Sections B, C, D and F of one incident: how it became known, when, where, what was found."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from exporters.dossier.desk import Desk, headed, together
from exporters.dossier.paper import WIDTH
from exporters.dossier.pictures import map_picture
from ranger_app.domain.dossier import ToldObservation
from ranger_app.domain.map_request import MapRequest, Mark
from ranger_app.domain.map_words import grid_notes, map_words, natural_grid
from ranger_app.domain.records import Incident, Patrol
from ranger_app.i18n import marked

MAP_MM = (170.0, 120.0)
MAP_DPI = 200


def incident_pages(desk: Desk, incident: Incident) -> list[Flowable]:
    """Everything that is recorded of one incident."""
    account = desk.content.account_of(incident)
    title = desk.words.say("Incident {number}: {title}", number=incident.number, title=account.title)
    return [
        *desk.chapter(title),
        *_how_known(desk, incident),
        *_time(desk, incident),
        *_place(desk, incident),
        *_facts(desk, incident),
    ]


def _how_known(desk: Desk, incident: Incident) -> list[Flowable]:
    words = desk.words
    patrol = _patrol_of(desk, incident)
    rows = [
        (words.say("Incident number"), incident.number),
        (words.say("Reported by"), incident.reported_by or words.say("not recorded")),
        (words.say("Patrol"), patrol.number if patrol else words.say("none linked")),
        (words.say("Summary"), incident.summary or words.say("not recorded")),
    ]
    return [*desk.section("B", marked("How it became known")), *desk.lines(rows)]


def _patrol_of(desk: Desk, incident: Incident) -> Patrol | None:
    return next((patrol for patrol in desk.content.patrols if patrol.id == incident.patrol_id), None)


def _time(desk: Desk, incident: Incident) -> list[Flowable]:
    words = desk.words
    rows = [(words.say("Occurred at"), desk.moment(incident.occurred_at))]
    if incident.occurred_until is not None:
        rows.append((words.say("Until"), desk.moment(incident.occurred_until)))
    return [*desk.section("C", marked("Time")), *desk.lines(rows)]


def _place(desk: Desk, incident: Incident) -> list[Flowable]:
    words = desk.words
    rows = [(words.say("Place"), incident.place or words.say("not described"))]
    heading = desk.section("D", marked("Place"))
    if incident.position is None:
        reason = incident.no_position_reason or words.say("no reason given")
        rows.append((words.say("Position"), words.say("none recorded: {reason}", reason=reason)))
        return [*heading, *desk.lines(rows)]
    rows.append((words.say("Position"), desk.position(incident.position)))
    picture = map_picture(desk.painter.paint(_request(desk, incident)), (WIDTH, MAP_MM[1] * mm))
    legend = words.say(
        "The mark shows incident {number}; lines are tracks of the linked patrol.", number=incident.number
    )
    return [*heading, *desk.lines(rows), Spacer(1, 3 * mm), together([picture, Spacer(1, 1 * mm), desk.quiet(legend)])]


def _request(desk: Desk, incident: Incident) -> MapRequest:
    assert incident.position is not None
    words = desk.words
    patrol = _patrol_of(desk, incident)
    days = [day for leg in patrol.legs for day in leg.days] if patrol else []
    tracks = tuple(day.track for day in days if day.track is not None and len(day.track))
    kind = "conflict" if incident.kind == "conflict" else "incident"
    mark = Mark(
        label=incident.number,
        longitude_deg=incident.position.longitude_deg,
        latitude_deg=incident.position.latitude_deg,
        kind=kind,
    )
    place = incident.position.latitude_deg, incident.position.longitude_deg
    # Of the place alone, and not of what somebody chose on one laptop: a dossier is a function of its seal.
    grid = natural_grid(*place)
    lost = patrol is not None and patrol.id in desk.content.lost_patrols
    gaps = (words.say("Parts of the patrol's tracks are missing or damaged, and are not on this map."),) if lost else ()
    return MapRequest(
        size_mm=MAP_MM,
        dpi=MAP_DPI,
        tracks=tracks,
        marks=(mark,),
        words=map_words(words),
        grid=grid,
        notes=(*grid_notes(words, grid, *place), *gaps),
    )


def _facts(desk: Desk, incident: Incident) -> list[Flowable]:
    words = desk.words
    account = desk.content.account_of(incident)
    story = desk.values(account.values)
    for number, line in enumerate(account.animals, start=1):
        title = words.say("Animals, line {number}", number=number)
        story += [*_below(story), together([desk.strong(title), *desk.values(line)])]
    for number, seen in enumerate(account.observations, start=1):
        story += [*_below(story), *_observation(desk, number, seen)]
    if not story:
        story.append(desk.text(words.say("None recorded.")))
    return headed(desk.section("F", marked("What was found")), story)


def _below(story: list[Flowable]) -> list[Flowable]:
    return [Spacer(1, 2 * mm)] if story else []


def _observation(desk: Desk, number: int, seen: ToldObservation) -> list[Flowable]:
    words = desk.words
    title = words.say("Observation {number}: {category}", number=number, category=seen.category)
    rows = [(value.label, desk.told(value.value)) for value in seen.values]
    if seen.observer:
        rows.append((words.say("Observed by"), seen.observer))
    return [together([desk.strong(title), *desk.lines(rows)])]
