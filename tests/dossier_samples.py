"""A made-up case as a dossier shows it, with a real journal behind it and a real map painter that draws with Pillow."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from ranger_app.domain import merkle
from ranger_app.domain.change import Act, Change, device_id, encode_act
from ranger_app.domain.checkpoint import Checkpoint, Leaf, Signature, key_hint
from ranger_app.domain.dossier import (
    Account,
    CheckpointText,
    DossierContent,
    DossierPhoto,
    KnownGap,
    Proof,
    ToldObservation,
    ToldValue,
)
from ranger_app.domain.keys import DeviceKeys
from ranger_app.domain.map_request import MapRequest
from ranger_app.domain.records import (
    Attachment,
    Case,
    CustodyEntry,
    Exhibit,
    Incident,
    Leg,
    LegDay,
    Member,
    Observation,
    Patrol,
    Position,
    PositionSource,
    Station,
)
from ranger_app.domain.track import Track
from ranger_app.evidence.identity import new_pdf_identity

ZONE = dt.timezone(dt.timedelta(hours=6))
SEALED_AT = dt.datetime(2026, 3, 6, 17, 42, 5, tzinfo=ZONE)
SEED = bytes(range(32))
OFFICER = Member(id="0f" * 16, given_name="Aibek", family_name="Toktogulov", employee_id="R-07", role="inspector")
STATION = Station(
    id="51" * 16,
    name="Naryn",
    area_id="KG-NAR",
    area_name="Naryn State Reserve (made up)",
    timezone="Asia/Bishkek",
    short_code="K7QD",
)
GPX = b'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk/></gpx>'


class PillowPainter:
    """Paints tracks and marks on white paper."""

    def paint(self, request: MapRequest) -> bytes:
        return self._painted(request, "PNG")

    def paint_pdf(self, request: MapRequest) -> bytes:
        return self._painted(request, "PDF")

    def _painted(self, request: MapRequest, form: str) -> bytes:
        size = tuple(round(side / 25.4 * request.dpi) for side in request.size_mm)
        sheet = Image.new("RGB", (size[0], size[1]), "#F4F6F2")
        pen = ImageDraw.Draw(sheet)
        for track in request.tracks:
            west, south, east, north = track.bounds() or (0.0, 0.0, 1.0, 1.0)
            x = (track.longitude_deg - west) / max(east - west, 1e-9) * (size[0] * 0.8) + size[0] * 0.1
            y = size[1] * 0.9 - (track.latitude_deg - south) / max(north - south, 1e-9) * (size[1] * 0.8)
            pen.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill="#1E5B3A", width=5)
        for mark in request.marks:
            pen.ellipse(
                (size[0] / 2 - 20, size[1] / 2 - 20, size[0] / 2 + 20, size[1] / 2 + 20), outline="red", width=6
            )
            pen.text((size[0] / 2 + 30, size[1] / 2), mark.label, fill="black")
        out = io.BytesIO()
        sheet.save(out, form)
        return out.getvalue()


def jpeg(path: Path, number: int = 0, size: tuple[int, int] = (1600, 1200)) -> str:
    """Write a photo-like JPEG and answer its SHA-256."""
    rng = np.random.default_rng(number)
    rough = rng.integers(0, 255, (size[1] // 40, size[0] // 40, 3), dtype=np.uint8)
    Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC).save(path, "JPEG", quality=82)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def photos(
    folder: Path, count: int, incident: str, *, size: tuple[int, int] = (1600, 1200)
) -> tuple[DossierPhoto, ...]:
    """As many photos of *incident*, with their derivatives in *folder*."""
    found = []
    for number in range(count):
        path = folder / f"derivative-{number}"
        derivative = jpeg(path, number, size)
        attachment = Attachment(
            id=f"{number + 1:032x}",
            name=f"IMG_{number + 1:04}.jpg",
            sha256=hashlib.sha256(f"original {number}".encode()).hexdigest(),
            byte_count=3_412_007 + number,
            mime="image/jpeg",
            derivative_sha256=derivative,
            taken_at=dt.datetime(2026, 3, 4, 9, 16 + number % 40, 3, tzinfo=ZONE),
            position=Position(
                latitude_deg=41.201111, longitude_deg=74.501234, accuracy_m=8, source=PositionSource.PHOTO
            ),
            position_source="photo",
            width_px=4000,
            height_px=3000,
            camera="Example EX-1",
        )
        found.append(DossierPhoto(attachment=attachment, derivative_path=path, incident_number=incident))
    return tuple(found)


def walk(count: int = 400) -> Track:
    """A winding walk down a valley."""
    step = np.arange(count)
    return Track(
        time_us=np.int64(1_772_590_000_000_000) + step.astype(np.int64) * 30_000_000,
        longitude_deg=74.48 + step * 1e-4 + np.sin(step / 15) * 1e-3,
        latitude_deg=41.19 + step * 5e-5 + np.cos(step / 11) * 1e-3,
        elevation_m=np.full(count, 2100.0),
        part_starts=np.array([0], np.int64),
    )


def patrol() -> Patrol:
    track = walk()
    day = LegDay(
        date=dt.date(2026, 3, 4),
        start=dt.time(8, 15),
        end=dt.time(16, 5, 30),
        distance_m=14210.4,
        points=len(track),
        track=track,
    )
    second = Member(id="0e" * 16, given_name="Nurbek", family_name="Beishenaliev")
    leg = Leg(
        id="a1" * 16,
        number=1,
        transport="foot",
        mandate="antipoaching",
        members=(OFFICER, second),
        leader=OFFICER.id,
        days=(day,),
    )
    return Patrol(id="b1" * 16, number="KG-NAR_K7QD_000012", legs=(leg,))


def incident() -> Incident:
    return Incident(
        id="c1" * 16,
        kind="poaching",
        number="KG-NAR_K7QD_000031",
        form_version=1,
        occurred_at=dt.datetime(2026, 3, 4, 9, 15, 42, tzinfo=ZONE),
        position=Position(latitude_deg=41.201111, longitude_deg=74.501234, accuracy_m=8),
        place="Kichi-Naryn, left bank above the bridge",
        reported_by="Toktogulov, Aibek",
        patrol_id="b1" * 16,
        summary="Three wire snares on a trail of argali, set between stones; one was closed. Removed and taken along.",
        fields={"offence": "snare", "count": 3},
        observations=(
            Observation(
                id="d1" * 16,
                category="humanactivity.weaponsequipment.trap.",
                attributes={"typeoftrap": "wiresnare", "numberofweaponsequipment": 3},
                observer=OFFICER,
            ),
        ),
    )


def account() -> Account:
    return Account(
        incident_id="c1" * 16,
        title="Poaching incident",
        values=(
            ToldValue(label="Offence", value="Snare or trap found"),
            ToldValue(label="Number of snares", value=3),
            ToldValue(label="Wire thickness, mm", value=Decimal("2.5")),
            ToldValue(label="Carcass found", value=False),
            ToldValue(label="Actions taken", value=("Documented", "Removed", "Seized")),
            ToldValue(label="Scene left at", value=dt.datetime(2026, 3, 4, 10, 40, tzinfo=ZONE)),
        ),
        observations=(
            ToldObservation(
                category="Human activity / Weapons and gear / Trap",
                values=(
                    ToldValue(label="Type of trap", value="Wire snare"),
                    ToldValue(label="Number of weapons or gear", value=3),
                ),
                observer=OFFICER.name,
            ),
        ),
    )


def case() -> Case:
    custody = CustodyEntry(
        id="f1" * 16,
        at=dt.datetime(2026, 3, 4, 18, 30, tzinfo=ZONE),
        action="storage",
        to="Evidence room, Naryn",
        place="Naryn station",
        seal="S-004512",
        by="Toktogulov, Aibek",
    )
    exhibit = Exhibit(
        id="e1" * 16,
        number="E-01",
        description="Three snares of steel wire, 2.5 mm, used, rusted at the loop",
        quantity="3 pieces",
        seal="S-004512",
        found_at="Kichi-Naryn, left bank above the bridge",
        custody=(custody,),
    )
    return Case(
        id="ca" * 16,
        number="KG-NAR_K7QD_C0004",
        title="Snares on the Kichi-Naryn",
        incidents=("c1" * 16,),
        exhibits=(exhibit,),
    )


def changes(log: bytes, acts: int) -> list[Change]:
    """A small log of incident changes, chained."""
    found: list[Change] = []
    previous = bytes(32)
    for seq in range(acts):
        ops: tuple[dict[str, Any], ...] = (
            {"act": "set", "kind": "incident", "record": "c1" * 16, "set": {"count": seq}},
        )
        payload = encode_act(Act(at=1_772_700_000_000 + seq, by=OFFICER.id, program="0.1.0", ops=ops))
        change = Change.make(log=log, seq=seq, previous=previous, salt=bytes([seq] * 16), payload=payload)
        found.append(change)
        previous = change.id
    return found


def checkpoint_and_proofs(audience: str, log: bytes, wanted: Sequence[int]) -> tuple[CheckpointText, list[Proof]]:
    """A signed checkpoint over a log of nine changes beside another log, and proofs of the wanted ones."""
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    public = key.public_key().public_bytes_raw()
    entries = changes(log, 9)
    leaves = [entry.id for entry in entries]
    other = Leaf(bytes([7] * 16), 1, merkle.root([bytes(32)]))
    mine = Leaf(log, len(leaves), merkle.root(leaves))
    unsigned = Checkpoint(STATION.id, audience, SEALED_AT.astimezone(dt.UTC), tuple(sorted((mine, other))))
    device = device_id(public).hex()
    signature = Signature(device, key_hint(device, public), key.sign(unsigned.body.encode()))
    checkpoint = replace(unsigned, signatures=(signature,))
    proofs = [
        Proof(
            audience=audience,
            header=entries[index].header,
            salt=entries[index].salt,
            payload=entries[index].payload,
            log=log.hex(),
            index=index,
            size=len(leaves),
            path=tuple(merkle.inclusion_proof(leaves, index)),
        )
        for index in wanted
    ]
    return CheckpointText.from_note(checkpoint.text, public), proofs


def device_keys() -> DeviceKeys:
    """The keys of a laptop; made anew, as its certificate has a random serial number."""
    key_pem, certificate_pem = new_pdf_identity("Laptop 1", "Naryn State Reserve", now=SEALED_AT)
    public = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    return DeviceKeys(
        device_id=device_id(public).hex(),
        device_name="Laptop 1",
        device_seed=SEED,
        pdf_key_pem=key_pem,
        pdf_certificate_pem=certificate_pem,
    )


def content(folder: Path, *, photo_count: int = 2, certificate_pem: bytes = b"", **more: Any) -> DossierContent:
    """A sealed dossier's content, its photos in *folder*."""
    station_checkpoint, station_proofs = checkpoint_and_proofs("station", bytes([1] * 16), (0, 4, 8))
    case_checkpoint, case_proofs = checkpoint_and_proofs("case", bytes([2] * 16), (1, 2))
    values: dict[str, Any] = {
        "station": STATION,
        "case": case(),
        "revision": 1,
        "seal_id": "5e" * 16,
        "sealed_at": SEALED_AT,
        "sealed_by": OFFICER,
        "incidents": (incident(),),
        "patrols": (patrol(),),
        "photos": photos(folder, photo_count, "KG-NAR_K7QD_000031"),
        "accounts": (account(),),
        "checkpoints": {"station": station_checkpoint, "case": case_checkpoint},
        "proofs": (*station_proofs, *case_proofs),
        "gpx": GPX,
        "certificate_pem": certificate_pem,
        "known_gaps": (KnownGap(code="not-witnessed"), KnownGap(code="photo-without-time", where="P-02")),
        "program_version": "0.1.0",
    }
    return DossierContent(**{**values, **more})
