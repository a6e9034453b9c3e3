"""A dossier with 100 photos: printing beside reportlab's bare canvas, signing and verifying beside bare pyHanko."""

from __future__ import annotations

import datetime as dt
import io
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.gpx_import import new_station
from tests.benchmarks.light import peak_mb
from tests.benchmarks.measuring import Row, in_own_process, medians

PHOTOS = 100
WIDTH_PX, HEIGHT_PX = 2000, 1500
GRAIN = 7
"""Noise that makes the reduced photos weigh about half a megabyte, as a telephone's do."""
ROUNDS = 3


def run() -> list[Row]:
    """Seal one case again and again, each time in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="ranger-bench-") as name:
        folder = Path(name)
        prepared = _ask("prepare", folder)
        sealed, drawn = [], []
        for _ in range(ROUNDS):
            sealed.append(_ask("seal", folder))
            drawn.append(_ask("canvas", folder))
        signing = _ask("signing", folder)
    took = statistics.median(one["seconds"] for one in sealed)
    bare = statistics.median(one["seconds"] for one in drawn)
    memory_mb = max(one["peak_mb"] for one in sealed)
    return [
        Row(
            what=f"seal a case of {PHOTOS} photos, {prepared['derivatives_mb']:.0f} MB reduced: checkpoint, pages, "
            "maps, PDF/A, structural check, signature, record; beside reportlab's canvas that only draws the photos",
            ours=f"{took:.2f} s, {sealed[0]['pages']} pages", peer=f"{bare:.2f} s",
            measured=took, limit=2.0, unit="s",
        ),
        Row(
            what="the most memory of the whole program while it seals that case",
            ours=f"{memory_mb:.0f} MB", peer=f"{max(one['peak_mb'] for one in drawn):.0f} MB (reportlab's canvas)",
            measured=memory_mb, limit=250.0, unit="MB",
        ),
        Row(
            what="sign that file, beside bare pyHanko",
            ours=f"{signing['sign_ms']:.0f} ms", peer=f"{signing['bare_sign_ms']:.0f} ms",
            measured=signing["sign_ms"] / signing["bare_sign_ms"], limit=1.5,
        ),
        Row(
            what="verify it with the station at hand (signature, file hash, embedded files, proofs, journal), beside "
            "pyHanko's check of the signature alone",
            ours=f"{signing['verify_ms']:.0f} ms", peer=f"{signing['bare_verify_ms']:.0f} ms",
            measured=signing["verify_ms"] / signing["bare_verify_ms"], limit=3.0,
        ),
    ]  # fmt: skip


def _ask(what: str, folder: Path) -> dict[str, Any]:
    return in_own_process("tests.benchmarks.dossier", what, str(folder), offscreen=True)


def prepare(folder: Path) -> dict[str, Any]:
    """A station with one case, one incident and its photos; their reduced copies are made here, once."""
    from ranger_app.jobs import JobContext
    from ranger_app.paths import resource
    from ranger_app.services.attach_photos import AttachPhotos
    from ranger_app.services.open_case import OpenCase
    from ranger_app.services.record_incident import RecordIncident
    from ranger_app.services.stations import open_station

    officer = new_station(folder)
    document = json.loads(resource("demo", "made_up_poaching.json").read_text(encoding="utf-8")) | {"patrol_id": None}
    with open_station(folder / "station", home=folder / "home") as store:
        incident = RecordIncident(store)(
            "poaching", document, officer=officer, photo_folder=resource("demo"), context=JobContext()
        ).incident_id
        photos = [_photo(folder / f"{number:03}.jpg", number) for number in range(PHOTOS)]
        kept = AttachPhotos(store)(photos, officer=officer, parent=("incident", incident), context=JobContext())
        case = OpenCase(store)("Benchmark", [incident], officer=officer)
        reduced = [store.blobs.get(photo.derivative_sha256) for photo in kept]
    for number, content in enumerate(reduced):
        (folder / f"{number:03}.jpg").write_bytes(content)
    (folder / "case.json").write_text(json.dumps({"case": case, "officer": officer}), encoding="utf-8")
    return {"derivatives_mb": sum(map(len, reduced)) / 1e6}


def _photo(path: Path, number: int) -> Path:
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(number)
    patches = Image.fromarray(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    scene = np.asarray(patches.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BICUBIC)).astype(np.int16)
    grain = rng.integers(-GRAIN, GRAIN + 1, (HEIGHT_PX, WIDTH_PX, 1), dtype=np.int16)
    Image.fromarray((scene + grain).clip(0, 255).astype(np.uint8)).save(path, "JPEG", quality=88)
    return path


def seal(folder: Path) -> dict[str, Any]:
    """Seal the case after a draft of it, so that libraries are loaded, as in a window where one looked first."""
    from ranger_app.jobs import JobContext
    from ranger_app.services.seal_dossier import SealDossier
    from ranger_app.services.stations import open_station
    from ui.map_painter import painter

    told = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    with open_station(folder / "station", home=folder / "home") as store:
        sealing = SealDossier(store, painter())
        sealing(told["case"], folder / "draft.pdf", officer=told["officer"], is_draft=True, context=JobContext())
        before = time.perf_counter()
        sealed = sealing(told["case"], folder / "dossier.pdf", officer=told["officer"], context=JobContext())
        took = time.perf_counter() - before
    return {"seconds": took, "pages": sealed.pages, "peak_mb": peak_mb()}


def canvas(folder: Path) -> dict[str, Any]:
    """What reportlab itself needs for the photos alone, two a page, their bytes unchanged."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    before = time.perf_counter()
    page = Canvas(str(folder / "canvas.pdf"))
    for number in range(PHOTOS):
        page.drawImage(str(folder / f"{number:03}.jpg"), 60, 60 + 380 * (number % 2), 460, 345)
        if number % 2:
            page.showPage()
    page.save()
    return {"seconds": time.perf_counter() - before, "peak_mb": peak_mb()}


def signing(folder: Path) -> dict[str, Any]:
    """Our signature and verification and pyHanko's own, on the same bytes, in turns."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from ranger_app.evidence.pdf_signature import sign
    from ranger_app.jobs import JobContext
    from ranger_app.services.stations import open_station
    from ranger_app.services.verify_file import verify

    with open_station(folder / "station", home=folder / "home") as store:
        (folder / "key.pem").write_bytes(store.keys.pdf_key_pem)
        (folder / "certificate.pem").write_bytes(store.keys.pdf_certificate_pem)
        signer: Any = SimpleSigner.load(  # type: ignore[no-untyped-call]
            str(folder / "key.pem"), str(folder / "certificate.pem")
        )
        unsigned, now = folder / "draft.pdf", dt.datetime.now(dt.UTC)

        def ours() -> None:
            sign(unsigned, folder / "ours.pdf", store.keys, reason="r", location="l", name="n", at=now)

        def bare() -> None:
            with unsigned.open("rb") as source, (folder / "bare.pdf").open("w+b") as target:
                metadata = PdfSignatureMetadata(field_name="Signature", md_algorithm="sha256")
                PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(source), output=target)

        def verify_ours() -> None:
            found = verify(folder / "dossier.pdf", store=store, home=folder / "home", context=JobContext())
            assert found.verdict == "verified", found

        def verify_bare() -> None:
            signature = PdfFileReader(io.BytesIO((folder / "dossier.pdf").read_bytes())).embedded_signatures[0]
            context = ValidationContext(trust_roots=[signer.signing_cert], allow_fetching=False)
            assert validate_pdf_signature(signature, context).intact

        for act in (ours, bare, verify_ours, verify_bare):
            act()
        sign_s, bare_sign_s, verify_s, bare_verify_s = medians(5, ours, bare, verify_ours, verify_bare)
    return {
        "sign_ms": sign_s * 1000, "bare_sign_ms": bare_sign_s * 1000,
        "verify_ms": verify_s * 1000, "bare_verify_ms": bare_verify_s * 1000,
    }  # fmt: skip


if __name__ == "__main__":
    measured = {"prepare": prepare, "seal": seal, "canvas": canvas, "signing": signing}
    print(json.dumps(measured[sys.argv[1]](Path(sys.argv[2]))))
