"""Estimate the school grade that a sentence needs, by the formula of Flesch and Kincaid."""

import re


def reading_grade(text: str) -> float:
    """Return the school year: 0.39 words per sentence + 11.8 syllables per word - 15.59.

    A name of an agency counts as "the police"; an option that is quoted before the question is not counted.

    >>> round(reading_grade("How old are you?"), 1)
    -2.2
    """
    plain = text.replace("{agency}", "the police").replace("“{option}”:", "")
    sentences = [part for part in re.split(r"[.?!]+", plain) if part.strip()]
    words = re.findall(r"[A-Za-z']+", plain)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(count_syllables, words)) / len(words) - 15.59


def count_syllables(word: str) -> int:
    """Count groups of vowels, without a silent e and a silent -ed.

    >>> [count_syllables(word) for word in ("people", "police", "attacked", "treated", "the")]
    [2, 2, 2, 2, 1]
    """
    word = word.lower()
    if not re.search(r"[^aeiouy]le$", word):
        word = re.sub(r"(?<=[^aeiouy])e$", "", word)
    word = re.sub(r"(?<=[^aeioudt])ed$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)))
