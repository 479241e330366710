"""Which encoding a text file has, and its text."""

import codecs
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from analysis.errors import UnknownChoice
from analysis.reading.errors import UnreadableFile

MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
LEGACY = ("cp1252", "cp1251", "cp1250", "cp850", "mac_roman", "cp1253", "koi8-r", "cp866", "latin-1")
CONTROL = frozenset(range(32)) - {9, 10, 11, 12, 13, 27, 28, 29, 30, 31}
STANDING_ALONE = ("Sc", "Pd")  # currencies and dashes
LOOKED_AT = 20_000  # bytes beyond ASCII that decide a legacy encoding


def detected_encoding(raw: bytes) -> str | None:
    r"""Find the encoding by its mark, by the zero bytes of UTF-16, or by trial; None for binary data.

    Examples
    --------
    >>> [detected_encoding(raw) for raw in ("id;né".encode("utf-16-le"), b"id;n\xe9", b"\x00\x01\x02")]
    ['utf-16-le', 'cp1252', None]
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return encoding
    sample = raw[:4000]
    if b"\x00" in sample:
        binary = sample.count(0) > len(sample) // 10 or CONTROL & (set(sample) - {0})
        return _unmarked_utf16(sample) or (None if binary else "utf-8")
    if CONTROL & set(sample):
        return None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if _is_damaged_utf8(raw) else guessed_encoding(raw)
    return "utf-8"


def is_guess(encoding: str) -> bool:
    """Whether nothing in the bytes proves the encoding."""
    return encoding in LEGACY


def decoded(name: object, raw: bytes, encoding: str) -> str:
    """Return the text of the bytes.

    Raises
    ------
    UnknownChoice
        For an encoding that does not exist.
    UnreadableFile
        With the line of the first byte that is not of the encoding, or of a zero character.
    """
    try:
        codecs.lookup(encoding)
        text = raw.decode(encoding)
    except LookupError:
        raise UnknownChoice("the encoding", ("utf-8", "utf-16", "cp1252"), encoding) from None
    except (UnicodeDecodeError, UnicodeError) as error:
        line = _line_of(raw, getattr(error, "start", 0), encoding)
        advice = "state the right one under 'encoding'" if encoding != "utf-16" else ""
        raise UnreadableFile(
            name, f"text in the encoding {encoding}", f"bytes that are not, on line {line}", advice
        ) from None
    place = text.find("\x00")
    if place >= 0:
        line = _lines_in(text[:place])
        raise UnreadableFile(name, "text without zero characters (NUL)", f"one on line {line}")
    return text.removeprefix("\ufeff")


def guessed_encoding(raw: bytes) -> str:
    r"""Return the legacy encoding under which the letters beyond ASCII look most like words.

    Examples
    --------
    >>> [guessed_encoding("Köln, Malmö".encode(x)) for x in ("cp1252", "cp850")]
    ['cp1252', 'cp850']
    >>> guessed_encoding("Да, Нет, Москва".encode("cp1251"))
    'cp1251'
    """
    sample = _telling(raw)
    merits = [(_merit(sample, encoding), encoding) for encoding in LEGACY]
    best = max(merit for merit, _ in merits)
    return next(encoding for merit, encoding in merits if merit == best)


def _telling(raw: bytes) -> bytes:
    """The lines that hold bytes beyond ASCII."""
    if len(raw) <= LOOKED_AT:
        return raw
    lines = [line for line in raw.split(b"\n") if not line.isascii()]
    return b"\n".join(lines)[:LOOKED_AT]


def _merit(sample: bytes, encoding: str) -> float:
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1e9
    return sum(_word_merit(word) for word in _words(text))


def _words(text: str) -> Iterator[str]:
    """Runs of letters, marks and signs beyond ASCII; ASCII signs and spaces part them."""
    for word in "".join(c if c.isalpha() or ord(c) > 127 else " " for c in text).split(" "):
        if not word.isascii():
            yield word


def _word_merit(word: str) -> float:
    """Letters of one script in usual case earn a point each; mixed scripts, signs and odd capitals lose."""
    if len(word) == 1:  # a sign such as € stands alone more often than a letter
        return 0.2 if unicodedata.category(word) in STANDING_ALONE else 0.0
    foreign = [c for c in word if ord(c) > 127]
    merit = float(sum(1 if c.isalpha() else -1 for c in foreign))
    scripts = {_script(c) for c in word if c.isalpha()}
    merit -= 2.0 * len(foreign) if len(scripts) > 1 else 0.0
    odd = sum(1 for a, b in pairwise(word) if a.islower() and b.isupper())
    merit -= 1.5 * odd
    if scripts == {"LATIN"}:  # European words have few letters beyond ASCII side by side
        merit -= 1.5 * sum(1 for a, b in pairwise(word) if min(ord(a), ord(b)) > 127)
    return merit


def _script(c: str) -> str:
    return unicodedata.name(c, "?").split(" ")[0]


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether most characters beyond ASCII are whole characters of UTF-8."""
    text = raw.decode("utf-8", errors="replace")
    whole = sum(1 for c in text if ord(c) > 127 and c != "\ufffd")
    return whole > 2 * text.count("\ufffd") - 2 if whole else False


def _unmarked_utf16(sample: bytes) -> str | None:
    """Text in a Latin script has its zero bytes on one side only, and no control characters on the other."""
    sides = {"utf-16-le": (sample[1::2], sample[0::2]), "utf-16-be": (sample[0::2], sample[1::2])}
    for encoding, (high, low) in sides.items():
        if high.count(0) > 0.6 * len(high) and not CONTROL & set(low):
            return encoding
    return None


def _line_of(raw: bytes, position: int, encoding: str) -> int:
    return _lines_in(raw[:position].decode(encoding, errors="ignore"))


def _lines_in(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
