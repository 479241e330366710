"""Make hostile files of every kind that the service or its commands read: bombs by hand, and damaged good ones."""

# ruff: noqa: E501 (a bomb is one line)

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from openpyxl import Workbook

from tests.naughty import NAUGHTY
from tests.services.making import SURVEY

MB = 1_000_000
XLIFF = '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file target-language="es" original="tiny"><body>'
END = "</body></file></xliff>"
PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
PLAN = "wave: w\ncommunity: river-city\nsurvey: community-trust\nlanguages: [en, es]\n"
SQUARE = [[-95, 39], [-94, 39], [-94, 40], [-95, 39]]


@dataclass(frozen=True)
class HostileFile:
    """A file with the ending under which someone would upload it."""

    kind: str
    content: bytes

    @property
    def ending(self) -> str:
        return ENDINGS[self.kind.partition(" ")[0]]


ENDINGS: Mapping[str, str] = {
    "yaml": "yaml", "json": "json", "map": "geojson", "xliff": "xlf", "po": "po", "csv": "csv", "xlsx": "xlsx",
    "xls": "xls", "picture": "svg", "zip": "backup", "sav": "sav", "dta": "dta", "parquet": "parquet", "holder": "json",
}  # fmt: skip


def feature(area: object = "1", coordinates: object = None, kind: object = "Polygon") -> dict[str, object]:
    shape = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {"area": area}, "geometry": shape}


def to_map(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def aliases(levels: int = 30, width: int = 9) -> str:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def merges(levels: int = 24) -> str:
    return "m0: &m0 {k: v}\n" + "".join(
        f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], k{n}: v}}\n" for n in range(1, levels)
    )


def archive(parts: Mapping[str, bytes], again: int = 1) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in parts.items():
            with found.open(name, "w", force_zip64=True) as part:
                for _ in range(again):
                    part.write(content)
    return file.getvalue()


@cache
def small_workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append(["variable", "level", "count", "source", "year"])
    book.active.append(["age", "1", 10, "census", 2024])
    book.save(file)
    return file.getvalue()


def workbook_with(part: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(small_workbook())) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    return archive(parts | {part: content})


def sheet(inside: str) -> bytes:
    start = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return f"{start}{inside}</sheetData></worksheet>".encode()


def entities(name: str = "svg") -> str:
    lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return f'<?xml version="1.0"?><!DOCTYPE {name} [{"".join(lines)}]><{name}>&a11;</{name}>'


def png(width: int, height: int) -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes(4 * MB), 9)) + part(b"IEND", b"")
    )


BOMBS: Mapping[str, Callable[[], bytes]] = {
    "yaml aliases": lambda: aliases().encode(),
    "yaml aliases in a plan": lambda: f"{PLAN}{aliases()}agencies: *a29\n".encode(),
    "yaml aliases in a survey": lambda: SURVEY.replace("defaults:", f"{aliases()}defaults:").encode(),
    "yaml alias as a section": lambda: b"id: x\nversion: '1'\ntitle: &t [x, *t]\nsections: *t\n",
    "yaml merges": lambda: (merges() + SURVEY).encode(),
    "yaml itself": lambda: b"&a [*a, *a, {*a : *a}]",
    "yaml deep lines": lambda: "\n".join(" " * n + "k:" for n in range(1400)).encode(),
    "yaml deep dashes": lambda: b"- " * 100_000,
    "yaml deep brackets": lambda: b"[" * 200_000,
    "yaml deep in a quote": lambda: (SURVEY + "a: '" + "[" * 40 + "'\n").encode(),
    "yaml keys": lambda: b"".join(b"k%d: v\n" % n for n in range(90_000)),
    "yaml digits": lambda: (PLAN + "areas: " + "9" * 6000 + "\n").encode(),
    "yaml days": lambda: (PLAN + "last_day: 2026-13-45\n").encode(),
    "yaml object": lambda: b"!!python/object/apply:os.system ['true']\n",
    "yaml documents": lambda: b"---\n" * 200_000,
    "yaml binary": lambda: b"id: !!binary |\n  " + b"A" * MB,
    "yaml long": lambda: b"a: " + b"x" * (3 * MB),
    "yaml survey with many options": lambda: SURVEY.replace(
        "scales:", "scales:\n  s: {options: {" + ", ".join(f"{n}: o{n}" for n in range(60_000)) + "}}"
    ).encode(),
    "yaml survey from 0 to a billion": lambda: SURVEY.replace("to: 10", "to: 1000000000").encode(),
    "yaml survey of many items": lambda: (
        SURVEY + "".join(f"      - {{code: B{n}, text: Thing {n}?, scale: trust}}\n" for n in range(15_000))
    ).encode(),
    "yaml survey with deep conditions": lambda: (
        SURVEY + '      - {code: C1, text: "Why?", scale: trust, show_if: ' + "{not: " * 45 + "{A1: 1}" + "}" * 46 + "\n"
    ).encode(),
    "json deep": lambda: b"[" * 400_000,
    "json deep objects": lambda: b'{"features":' * 200_000,
    "json digits": lambda: b'{"features": ' + b"9" * 100_000 + b"}",
    "json text": lambda: b'"x"',
    "json number": lambda: b"1e999",
    "json null": lambda: b"null",
    "json list": lambda: b"[" + b"0," * 1_500_000 + b"0]",
    "json lists": lambda: b'{"keys": [' + b"[[]]," * 700_000 + b"[]]}",
    "json keys": lambda: json.dumps({f"k{n}": n for n in range(200_000)}).encode(),
    "json surrogate": lambda: b'{"name": "\\ud800", "role": "second", "identity": "00", "keys": []}',
    "json figures": lambda: json.dumps({"figures": [{"measure": "1.1"}] * 100_000}).encode(),
    "json deep figures": lambda: b'{"figures": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "holder deep keys": lambda: b'{"keys": ' + b"[" * 300_000 + b"]" * 300_000 + b"}",
    "holder text": lambda: b'{"name": ["x"], "role": {}, "identity": "zz", "keys": [["00", "00"]]}',
    "holder numbers": lambda: b'{"name": 1, "role": 2, "identity": "00", "keys": 3}',
    "holder role": lambda: json.dumps({"name": "n" * 9000, "role": "x" * 9000, "identity": "ab" * 32, "keys": []}).encode(),
    "map corners": lambda: to_map(feature(coordinates=[[[n % 7, n % 5] for n in range(450_000)]])),
    "map circle": lambda: to_map(*(feature(str(k), [[[(n * 7 % 100) / 9, (n * n) % 83] for n in range(1700)]]) for k in range(1, 200))),
    "map kind": lambda: to_map(feature(kind=["Polygon"])),
    "map area": lambda: to_map(feature(area="1" * 5000)),
    "map deep": lambda: b'{"features": [{"properties": {"area": "1"}, "geometry": {"type": "Polygon", "coordinates": '
    + b"[" * 900 + b"]" * 900 + b"}}]}",
    "map huge": lambda: to_map(feature(coordinates=[[[10**300, 1], [1, 1], [2, 2], [1, 1]]])),
    "map no number": lambda: b'{"features": [{"properties": {"area": NaN}, "geometry": {"type": "Polygon", "coordinates": [[[NaN, 1]]]}}]}',
    "map feature": lambda: to_map([], {}, 1),
    "map tiny": lambda: to_map(feature(coordinates=[[[0, 0], [1e-320, 0], [0, 1e-320], [0, 0]]])),
    "xliff entities": lambda: entities("xliff").encode(),
    "xliff entities in other words": lambda: entities("xliff").replace("<!DOCTYPE", "<!DOCTYPE\n").encode("utf-16"),
    "xliff deep": lambda: (XLIFF + "<group>" * 60_000 + "</group>" * 60_000 + END).encode(),
    "xliff deep inline": lambda: (
        XLIFF + '<trans-unit id="1"><source>' + "<g>" * 60_000 + "</g>" * 60_000 + "</source><target>x</target></trans-unit>" + END
    ).encode(),
    "xliff order": lambda: (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" trgLang="es"><file original="tiny"><unit id="1">'
        f'<segment><source>x</source><target order="{"9" * 5000}">x</target></segment></unit></file></xliff>'
    ).encode(),
    "xliff form": lambda: (
        XLIFF + f'<group restype="x-gettext-plurals"><trans-unit id="1.{"9" * 5000}"><source>x</source></trans-unit></group>' + END
    ).encode(),
    "xliff units": lambda: (XLIFF + '<trans-unit id="1"><source>x</source><target>y</target></trans-unit>' * 55_000 + END).encode(),
    "xliff attributes": lambda: (XLIFF.replace("<body>", "<body " + " ".join(f'a{n}=""' for n in range(200_000)) + ">") + END).encode(),
    "xliff empty": lambda: b"<xliff/>",
    "po many forms": lambda: (PO + '"Plural-Forms: nplurals=900000000; plural=0;\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n').encode(),
    "po far form": lambda: (PO + '\nmsgid "a"\nmsgid_plural "b"\nmsgstr[99999999] "c"\n').encode(),
    "po deep rule": lambda: (PO + f'"Plural-Forms: nplurals=2; plural={"(" * 5000}n{")" * 5000};\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n').encode(),
    "po long rule": lambda: (PO + f'"Plural-Forms: nplurals=2; plural={"n%10==1?0:" * 90_000}1;\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n').encode(),
    "po escapes": lambda: ('msgid "' + "\\\\" * MB + '"\nmsgstr "x"\n').encode(),
    "po lines": lambda: ('msgid ""\n' + '"x"\n' * 800_000 + 'msgstr ""\n').encode(),
    "po entries": lambda: "".join(f'msgid "m{n}"\nmsgstr "x"\n\n' for n in range(120_000)).encode(),
    "po dates": lambda: (PO + '"POT-Creation-Date: 9999-99-99 99:99+9999\\n"\n"PO-Revision-Date: 1-1-1 1:1+999999\\n"\n').encode(),
    "po charset": lambda: b'msgid ""\nmsgstr "Content-Type: text/plain; charset=klingon\\n"\n\nmsgid "a"\nmsgstr "b"\n',
    "po comments": lambda: b"#: " + b"a:1 " * 900_000 + b'\nmsgid "a"\nmsgstr "b"\n',
    "po quote": lambda: b'msgid "' + b"a" * 3_000_000,
    "csv columns": lambda: b"," * 3_000_000 + b"\n1\n",
    "csv named columns": lambda: ",".join(f"c{n}" for n in range(400_000)).encode() + b"\n" + b"," * 399_999 + b"\n",
    "csv rows": lambda: b"variable,level,count,source,year\n" + b"age,1,1,c,2024\n" * 260_000,
    "csv short rows": lambda: b"variable,level,count,source,year\n" + b"a,b,1,d,1\n" * 390_000,
    "csv figures": lambda: b"measure,agency,period,numerator,denominator,value,unit,source\n" + b"1.1,police,2024,1,2,,x,y\n" * 150_000,
    "csv empty rows": lambda: b"variable,level\n" + b"\n" * 3_500_000,
    "csv quote": lambda: b'variable,level\n"' + b"a,b\n" * 900_000,
    "csv quotes": lambda: b'variable,level\n' + b'"a"x,' * 700_000,
    "csv cell": lambda: b"variable,level\na," + b"x" * 3_500_000,
    "csv zeros": lambda: b"\0" * 3_500_000,
    "csv digits": lambda: b"variable,level,count,source,year\nage,1," + b"1,234" * 500_000 + b"\n",
    "csv number": lambda: b"variable,level,count,source,year\nage,1," + b"9" * 300_000 + b",c,2024\n",
    "csv spaces": lambda: b"variable,level,count,source,year\nage,1,1" + b" " * 1_000_000 + b"%,c,2024\n",
    "csv marks": lambda: "variable,level\n".encode("utf-16") + "\u202e\ufffe,".encode("utf-16") * 90_000,
    "csv formulas": lambda: b"variable,level,count,source,year\n=cmd|'/C calc'!A0,1,1,c,2024\n",
    "xlsx wide": lambda: workbook_with("xl/worksheets/sheet1.xml", sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2000"><c r="XFD2000"><v>1</v></c></row>')),
    "xlsx far": lambda: workbook_with("xl/worksheets/sheet1.xml", sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "xlsx rows": lambda: workbook_with("xl/worksheets/sheet1.xml", sheet("<row><c><v>1</v></c></row>" * 2_300_000)),
    "xlsx texts": lambda: workbook_with("xl/sharedStrings.xml", b"<sst>" + b"<si><t>aaaaaaaaaaaaaaaaaaaa</t></si>" * 900_000 + b"</sst>"),
    "xlsx larger": lambda: workbook_with("xl/worksheets/sheet1.xml", bytes(70 * MB)),
    "xlsx entities": lambda: workbook_with("xl/worksheets/sheet1.xml", entities("worksheet").encode()),
    "xlsx deep": lambda: workbook_with("xl/worksheets/sheet1.xml", sheet("<row>" * 500_000)),
    "xlsx parts": lambda: archive({f"{n}": b"" for n in range(20_000)}),
    "xlsx formats": lambda: workbook_with("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * 900_000 + b"</cellXfs></styleSheet>"),
    "xlsx without parts": lambda: archive({"xl/workbook.xml": b"<x/>"}),
    "xlsx cut": lambda: small_workbook()[:-60],
    "xls junk": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 4000,
    "xls loop": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<16xHHHHH6xIIIIIIIIII", 62, 3, 65534, 9, 6, 0, 1, 0, 0, 4096, 0, 1, 0, 0, 0) + bytes(4096),
    "picture comments": lambda: b"<!---->" * 20_000,
    "picture comments and spaces": lambda: b"<?xml " + b" " * 140_000,
    "picture entities": lambda: entities().encode(),
    "picture groups": lambda: b"<svg>" + b"<g>" * 45_000,
    "picture pixels": lambda: png(60_000, 60_000),
    "picture cut": lambda: png(10, 10)[:60],
    "picture attributes": lambda: b"<svg " + b" on" * 45_000 + b">",
    "zip manifest": lambda: archive({"manifest.json": b"[" * MB}, again=400),
    "zip text": lambda: archive({"manifest.json": b'"x"'}),
    "zip list": lambda: archive({"manifest.json": b'{"parts": []}'}),
    "zip rows": lambda: archive({"manifest.json": b"{}", "wave.jsonl": bytes(MB)}, again=400),
    "zip cut": lambda: archive({"manifest.json": b"{}"})[:-20],
    "zip deep": lambda: archive({"manifest.json": b"[" * 300_000}),
    "sav junk": lambda: b"$FL2@(#) SPSS DATA FILE" + bytes(range(256)) * 2000,
    "sav many columns": lambda: sav_head(2_000_000_000, 1) + b"\2\0\0\0" + bytes(28),
    "sav many rows": lambda: sav_head(1, 2_000_000_000) + variable("A") + b"\xe7\x03\0\0\0\0\0\0" + bytes([252] * 8) * 100,
    "sav long rows": lambda: sav_head(1, -1) + variable("A") + b"\xe7\x03\0\0\0\0\0\0" + bytes([101] * 8) * 60_000,
    "dta junk": lambda: b"<stata_dta><header><release>118</release>" + bytes(range(256)) * 2000,
    "dta many rows": lambda: bytes([115, 2, 1, 0]) + struct.pack("<HI", 1, 2_000_000_000) + bytes(99) + b"\xff" + bytes(400),
    "dta many columns": lambda: bytes([115, 2, 1, 0]) + struct.pack("<HI", 32767, 2_000_000) + bytes(MB),
    "parquet junk": lambda: b"PAR1" + bytes(range(256)) * 40 + struct.pack("<I", 9000) + b"PAR1",
    "parquet far rows": lambda: many_rows(),
}  # fmt: skip


def sav_head(columns: int, rows: int) -> bytes:
    head = struct.pack("<iiiiid", 2, columns, 1, 0, rows, 100.0)
    return b"$FL2" + b"@(#) SPSS DATA FILE".ljust(60) + head + b"01 Jan 2600:00:00" + bytes(67)


def variable(name: str) -> bytes:
    return struct.pack("<iiiiii", 2, 0, 0, 0, 0x050800, 0x050800) + name.encode().ljust(8)


@cache
def many_rows() -> bytes:
    """Return a small Parquet file of 40 million equal values, which dictionary and runs make tiny."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    column = pa.array(np.zeros(40 * MB, np.int8))
    pq.write_table(pa.table({f"c{n}": column for n in range(5)}), file, compression="zstd")
    return file.getvalue()


GOOD: Mapping[str, bytes] = {
    "yaml": SURVEY.encode(),
    "yaml plan": PLAN.encode(),
    "map": to_map(feature()),
    "xliff": (XLIFF + '<trans-unit id="1"><source>Yes</source><target>Sí</target></trans-unit>' + END).encode(),
    "po": (PO + '\nmsgctxt "trust.title"\nmsgid "Trust"\nmsgstr "Confianza"\n').encode(),
    "csv": b"variable,level,count,source,year\nage,1,10,census,2024\nage,2,20,census,2024\n",
    "xlsx": small_workbook(),
    "picture": b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>',
    "zip": archive({"manifest.json": b'{"format": 2, "parts": {}}'}),
    "sav": sav_head(1, 2) + variable("A") + b"\xe7\x03\0\0\0\0\0\0" + bytes([101, 102, 0, 0, 0, 0, 0, 0]),
    "holder": b'{"name": "n", "role": "second", "identity": "ab", "keys": [["ab", "cd"]]}',
    "json": b'{"figures": [{"measure": "1.1", "agency": "police", "period": "2024"}]}',
}


def damaged(chance: random.Random) -> HostileFile:
    """Return a good file after a few cuts, copies, flips and naughty texts."""
    kind = chance.choice(sorted(GOOD))
    content = bytearray(GOOD[kind])
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        part = bytes(content[at : min(end, at + 200)])
        content[at : chance.choice((at, end))] = chance.choice(
            (
                b"",
                part * chance.randint(2, 30),
                bytes(chance.randrange(256) for _ in range(chance.randint(1, 8))),
                chance.choice(NAUGHTY).encode("utf-8", "replace"),
                chance.choice(
                    (b"[", b"{", b"&a ", b"*a", b'"', b"<", b"\0", b"9" * 50, b"1e400", b"\xff\xfe", b": ", b"\n- ")
                ),
            )
        )
    return HostileFile(kind, bytes(content[: 4 * MB]))


def bomb(name: str) -> HostileFile:
    return HostileFile(name, BOMBS[name]())
