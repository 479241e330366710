"""Put the plural forms of a file in the order of another rule, by the numbers that each form is for."""

from __future__ import annotations

import gettext
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import permutations

# Whole numbers that meet every case of every rule in use: all below 200, and some round ones.
SAMPLES = (*range(200), 1000, 1001, 1002, 1011, 10_000, 100_000, 1_000_000)
MOST_FORMS = 6  # Arabic has the most
MOST_READ, LONGEST_RULE = 20, 500  # forms of a file, before they are compared with ours; characters


class BadPluralRule(ValueError):
    """Report a rule that cannot be read, or whose forms are not ours."""


def count_forms(rule: str) -> int:
    """Return the number of plural forms of a rule such as `nplurals=2; plural=(n != 1)`."""
    found = re.search(r"nplurals\s*=\s*(\d+)", rule)
    assert found, "expected nplurals in the plural rule"
    return int(found[1])


def check_rule(text: str) -> None:
    """Refuse the header of a file whose rule asks for more forms than a language has, before memory is made for them.

    >>> check_rule('"Plural-Forms: nplurals=2; plural=(n != 1);"')
    """
    for found in re.finditer(r"nplurals[^0-9;]*+([0-9]++)", text):
        if len(found[1]) > 2 or int(found[1]) > MOST_READ:
            raise BadPluralRule(f"expected at most {MOST_READ} plural forms in Plural-Forms, found more")
    rule = re.search(r"^[\"']?Plural-Forms:", text, re.M | re.I)
    if rule and len(text[rule.start() :].partition(";")[2].partition(";")[0]) > LONGEST_RULE:
        raise BadPluralRule(f"expected a rule of at most {LONGEST_RULE} characters in Plural-Forms, found a longer one")


@lru_cache(maxsize=128)
def forms_of_samples(rule: str) -> tuple[int, ...]:
    """Return the place of the form of each sample number under a rule.

    Raises BadPluralRule for a rule that gives no number of forms, no expression, or a form that it does not have.
    """
    count, expression = re.search(r"nplurals\s*=\s*(\d+)", rule), re.search(r"plural\s*=\s*([^;]+)", _after_count(rule))
    if count is None or expression is None:
        raise BadPluralRule(f"expected a rule such as 'nplurals=2; plural=(n != 1);' in Plural-Forms, found {rule!r}")
    try:
        choose: Callable[[int], int] = gettext.c2py(expression[1].strip())
        found = tuple(choose(n) for n in SAMPLES)
    except (ValueError, RecursionError, ZeroDivisionError, OverflowError):
        raise BadPluralRule(f"expected a plural rule that can be computed, found {rule!r}") from None
    if not all(0 <= each < int(count[1]) <= MOST_FORMS for each in found):
        raise BadPluralRule(f"expected forms from 0 to {int(count[1]) - 1}, at most {MOST_FORMS}, found {rule!r}")
    return found


def _after_count(rule: str) -> str:
    return re.sub(r"nplurals\s*=\s*\d+", "", rule, count=1)


def order_of_forms(theirs: str, ours: str) -> tuple[int, ...]:
    """Return for each form of ours the place of the form of theirs that is for the same numbers.

    The order is the one under which most sample numbers get the same form; a form that is for no whole number takes
    the place that is left. Raises BadPluralRule where a form of ours has no counterpart.

    >>> order_of_forms("nplurals=2; plural=(n == 1);", "nplurals=2; plural=(n != 1);")
    (1, 0)
    """
    count, found = count_forms(ours), _count_or_refuse(theirs)
    if found != count:
        raise BadPluralRule(f"expected {count} plural forms ({ours.rstrip(';')}), found {found} ({theirs.rstrip(';')})")
    pairs = Counter(zip(forms_of_samples(ours), forms_of_samples(theirs), strict=True))
    best = max(permutations(range(count)), key=lambda order: sum(pairs[each] for each in enumerate(order)))
    if any(pairs[form, best[form]] == 0 for form, _ in pairs):
        raise BadPluralRule(f"expected forms for the numbers of {ours.rstrip(';')!r}, found {theirs.rstrip(';')!r}")
    return best


def _count_or_refuse(rule: str) -> int:
    if re.search(r"nplurals\s*=\s*\d+", rule) is None:
        raise BadPluralRule(f"expected a rule such as 'nplurals=2; plural=(n != 1);' in Plural-Forms, found {rule!r}")
    return count_forms(rule)


def numbers_of(rule: str) -> tuple[tuple[int, ...], ...]:
    """Return the first numbers of each form, so that a translator knows what it is for.

    >>> numbers_of("nplurals=2; plural=(n != 1);")
    ((1,), (0, 2, 3, 4))
    """
    found = forms_of_samples(rule)
    by_form = ([n for n, form in zip(SAMPLES, found, strict=True) if form == each] for each in range(count_forms(rule)))
    return tuple(tuple(numbers[:4]) for numbers in by_form)


def reordered(forms: Sequence[str], order: Sequence[int]) -> tuple[str, ...]:
    return tuple(forms[place] for place in order)
