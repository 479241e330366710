"""List the sentences of letters, the source of the catalog `letters`."""

from __future__ import annotations

# The letter. `{community}` and `{contact}` are filled in.
SENTENCES = {
    "title": "Your view of public services in {community}",
    "invitation": "You are invited to say how public services treat people in {community}. It takes about ten minutes.",
    "birthday": "Please let one adult (18 or older) of your home answer: the one whose birthday comes next.",
    "scan": "Point the camera of your phone at the square, or go to this address:",
    "type": "If the page asks for a code, type this one. Capital or small letters do not matter.",
    "once": "This code can be used once. It shows only that someone with a letter like this answered.",
    "anonymous": "Your answers are sealed when you send them, and unlocked only together with the answers of other "
    "people. No one can see who gave an answer.",
    "free": "Taking part is up to you. You can leave any question empty.",
    "languages": "You can choose your language on the page.",
    "contact": "Questions? {contact}",
    "why": "Your address was drawn at random. No other home can answer in place of yours.",
    "reminder": "We wrote to you some days ago. If you have answered: thank you. If not, your answer still counts.",
}
