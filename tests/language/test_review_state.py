"""Review of translations: a sentence counts as reviewed once two people signed its present wording."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.languages import LANGUAGES
from app.language.po_files import PoEntry, format_translation, store_domain, translation_path
from app.language.review_state import (
    ADJUDICATED,
    DRAFT,
    PRETESTED,
    REVIEWED,
    SIGNED_BY_TWO,
    STEPS,
    Signature,
    digest_of,
    find_obstacle,
    find_state,
    fingerprint,
    read_fingerprints,
)

NOW, EARLIER = "digest of now", "digest of last week"


def signed(step, signer, digest=NOW):
    return Signature(step, signer, "community reviewer", date(2026, 11, 25), digest)


@pytest.mark.parametrize(
    ("signatures", "state"),
    [
        ([], DRAFT),
        ([signed(REVIEWED, "Ana")], REVIEWED),
        ([signed(REVIEWED, "Ana"), signed(ADJUDICATED, "Bo")], ADJUDICATED),
        ([signed(REVIEWED, "Ana"), signed(ADJUDICATED, "Bo"), signed(PRETESTED, "Ana")], PRETESTED),
        ([signed(REVIEWED, "Ana"), signed(ADJUDICATED, "Ana")], REVIEWED),
        ([signed(REVIEWED, "Ana López"), signed(ADJUDICATED, " ana  LÓPEZ")], REVIEWED),
        ([signed(ADJUDICATED, "Bo"), signed(PRETESTED, "Cem")], DRAFT),
        ([signed(REVIEWED, "Ana", EARLIER), signed(ADJUDICATED, "Bo", EARLIER)], DRAFT),
        ([signed(REVIEWED, "Ana", EARLIER), signed(ADJUDICATED, "Bo")], DRAFT),
        ([signed(REVIEWED, "Ana"), signed(REVIEWED, "Bo"), signed(ADJUDICATED, "Ana")], ADJUDICATED),
    ],
)
def test_the_state_is_the_last_step_that_holds(signatures, state):
    assert find_state(signatures, NOW) == state


SIGNATURES = st.builds(
    signed, st.sampled_from(sorted(STEPS)), st.sampled_from(["Ana", "ana ", "Bo"]), st.sampled_from([NOW, EARLIER])
)


@given(st.lists(SIGNATURES, max_size=8))
def test_nothing_is_seen_by_two_without_two_people(signatures):
    now = [each for each in signatures if each.digest == NOW]
    if find_state(signatures, NOW) in SIGNED_BY_TWO:
        assert len({each.signer_key for each in now if each.step in (REVIEWED, ADJUDICATED)}) == 2
    assert find_state(now, NOW) == find_state(signatures, NOW), "what was signed earlier counts for nothing"


@given(st.lists(SIGNATURES, max_size=8), st.sampled_from(sorted(STEPS)), st.sampled_from(["Ana", "Bo"]))
def test_allowed_step_never_moves_the_state_back(signatures, step, signer):
    order = [DRAFT, *STEPS]
    before = order.index(find_state(signatures, NOW))
    if find_obstacle(signatures, NOW, step, signer) is None:
        after = order.index(find_state([*signatures, signed(step, signer)], NOW))
        assert after >= max(before, order.index(step))


def test_fingerprint_changes_with_parts_of_a_sentence_only():
    entry = PoEntry("{n} answer", "page", "{n} answers", "a note", "app/web", ("{n} respuesta", "{n} respuestas"))
    others = [
        PoEntry("{n} reply", "page", "{n} answers", translation=entry.translation),
        PoEntry("{n} answer", "paper", "{n} answers", translation=entry.translation),
        PoEntry("{n} answer", None, "{n} answers", translation=entry.translation),
        PoEntry("{n} answer", "page", "{n} replies", translation=entry.translation),
        PoEntry("{n} answer", "page", "{n} answers", translation=("{n} respuesta", "{n} contestaciones")),
    ]
    assert len({fingerprint(each) for each in [entry, *others]}) == 6
    same = PoEntry("{n} answer", "page", "{n} answers", "another note", "elsewhere", entry.translation)
    assert fingerprint(same) == fingerprint(entry)
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["a", "c"])


def test_catalog_is_read_as_it_is_on_disk_now(tmp_path):
    one = PoEntry("Yes", translation=("Sí",))
    store_domain(tmp_path, "tiny", [PoEntry("Yes")], [LANGUAGES["es"]])
    path = translation_path(tmp_path, "es", "tiny")
    assert read_fingerprints("es", "tiny", tmp_path) == frozenset()
    path.write_text(format_translation(LANGUAGES["es"], "nplurals=2; plural=(n != 1)", [one]), "utf-8")
    assert read_fingerprints("es", "tiny", tmp_path) == {fingerprint(one)}
    assert read_fingerprints("es", "nowhere", tmp_path) == frozenset()
