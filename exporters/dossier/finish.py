"""From a PDF to a PDF/A-3b: XMP, output intent, embedded files with their relationships, an id of the content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, Stream, String

from ranger_app.domain.dossier_files import EmbeddedFile
from ranger_app.paths import resource

PRODUCER = "ranger-app"
RGB_CHANNELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the file says of itself.

    Attributes:
        at: Aware; the only moment in the file.
    """

    title: str
    author: str
    subject: str
    language: str
    program_version: str
    at: dt.datetime


def finish(pages: BinaryIO, out: BinaryIO, *, about: About, files: Sequence[EmbeddedFile]) -> None:
    """Write *pages* as PDF/A-3b to *out*; equal input gives equal bytes."""
    with Pdf.open(pages) as pdf:
        _describe(pdf, about)
        _give_output_intent(pdf)
        for file in files:
            _embed(pdf, file, about.at)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdf.save(
            out,
            min_version="1.7",
            fix_metadata_version=False,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=True,
        )


def _describe(pdf: Pdf, about: About) -> None:
    """The same facts in the information dictionary and in XMP: PDF/A wants them equal."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    moment = pdf_moment(about.at)
    pdf.docinfo = pdf.make_indirect(
        Dictionary(
            Title=String(about.title),
            Author=String(about.author),
            Subject=String(about.subject),
            Creator=String(f"{PRODUCER} {about.program_version}"),
            Producer=String(PRODUCER),
            CreationDate=String(moment),
            ModDate=String(moment),
        )
    )
    metadata = Stream(pdf, _xmp(about))
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(metadata)
    pdf.Root.Lang = String(about.language)


def _xmp(about: About) -> bytes:
    at = about.at.replace(microsecond=0).isoformat()
    said = {
        "title": escape(about.title),
        "author": escape(about.author),
        "subject": escape(about.subject),
        "language": escape(about.language),
        "creator": escape(f"{PRODUCER} {about.program_version}"),
        "producer": PRODUCER,
        "at": at,
    }
    return _XMP.format(**said).encode()


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
   <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
   <xmp:CreatorTool>{creator}</xmp:CreatorTool>
   <xmp:CreateDate>{at}</xmp:CreateDate>
   <xmp:ModifyDate>{at}</xmp:ModifyDate>
   <pdf:Producer>{producer}</pdf:Producer>
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
"""


def _give_output_intent(pdf: Pdf) -> None:
    profile = Stream(pdf, resource("colour", "sRGB.icc").read_bytes())
    profile.N = RGB_CHANNELS
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _embed(pdf: Pdf, file: EmbeddedFile, at: dt.datetime) -> None:
    moment = pdf_moment(at)
    specification = AttachedFileSpec(
        pdf,
        file.data,
        filename=file.name,
        description=file.description,
        mime_type=file.mime,
        creation_date=moment,
        mod_date=moment,
    )
    specification.relationship = Name("/" + file.relationship)
    pdf.attachments[file.name] = specification


def pdf_moment(moment: dt.datetime) -> str:
    """*moment* as PDF writes it, such as ``D:20260304091542+06'00``."""
    offset = moment.strftime("%z")
    return f"D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}"
