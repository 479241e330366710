"""Help in place: a few sentences about each page of the console, by its template."""

from __future__ import annotations

from collections.abc import Mapping

ABOUT: Mapping[str, str] = {
    "account": "Change your password here, make new recovery codes, or sign out of all browsers. A recovery code "
    "replaces the six digits of your phone once.",
    "area-map": "A map of the parts of the city. Reports that you publish later show it beside the figures.",
    "audit": "Each action of staff, with its person and time. No line can be changed without a trace. Answers of "
    "residents are never in it.",
    "checked": "You see what would be stored. Nothing is stored before you press the button at the end.",
    "codes": "A code lets one home answer once. Make the codes for all letters in one go: the service stores only "
    "their hashes, so a list that is lost cannot be downloaded again.",
    "comments": "Readers comment on published figures. A comment is shown when two people decide so.",
    "communities": "A community is the place of a survey: a city, a county or a neighborhood, with the agencies that "
    "residents rate.",
    "community": "Names, agencies and tables of one community. All of its survey rounds use them.",
    "coverage": "Which groups answer less often than their share of the residents. Numbers move in steps of ten people "
    "or more, so that no one is recognized.",
    "data": "A data set is for researchers: anonymous answers with weights and labels. It is checked together with the "
    "reports of the round.",
    "desks": "A help point is a place where staff help people answer, such as a library. Add it before the round opens "
    "or later, and give its code to the people who work there.",
    "holders": "Answers are sealed to two holders of keys. Name a second holder before the first round opens; both are "
    "needed to unlock answers.",
    "job": "Long work goes on by itself. This page shows its steps; you can leave it and come back from the round.",
    "keys": "An API key lets a program load staffing figures or read results. Give each program a key of its own.",
    "language": "All sentences that residents read in this language. Two people look at them and sign.",
    "languages": "The languages of this round, with what is left to translate and to check in each.",
    "leaving": "A person who is removed has no access from this moment on. The audit log keeps the name.",
    "letters": "Set the sender, look at them, then make the letters with their codes. Posters and cards carry no code.",
    "names": "Residents read these names. Write each in the language of the field, as people there say it.",
    "new-key": "The key is shown once. It works until its last day, or until you revoke it.",
    "new-person": "The person gets a link that works once, and chooses a password there. The role says what the person "
    "can see and do.",
    "overview": "Each round is a list of steps from the plan to the report. The colored step is the next one; its "
    "button leads to the page where it is done.",
    "own-survey": "You see the questions as residents will read them. Nothing is stored before you press the button.",
    "own-surveys": "Bring a survey that you made elsewhere. To change a few questions of a survey of this "
    "service, plan a round and edit its questions instead.",
    "people": "The people who can use this console, and their roles. Give each person an account of their own.",
    "plan": "The plan says what residents read on the first page: who asks, about which agencies, in which languages, "
    "until when. You can change all of it until the round opens.",
    "plan-file": "For people who keep plans as files. The form asks for the same.",
    "question": "Change the words, answers and condition of one question, and see it as on a phone. An unchanged "
    "sentence keeps its translations.",
    "question-bank": "Questions of other surveys, with their translations. An added question is compared with nothing "
    "earlier.",
    "question-new": "A question of your own. Choose its kind first; the fields follow from it.",
    "question-part": "The title and the introduction of one part of the survey.",
    "question-versions": "Each change of the questions is a version. You can go back to any of them until the round "
    "opens.",
    "questions": "The questions of residents, part by part, with a phone beside them. Switch questions off, move them, "
    "change their words or add your own.",
    "register": "One entry for each promise, meeting or payment. The scorecard counts the entries.",
    "registers": "Registers hold the work that the scorecard counts. Agencies enter it, organizations confirm or "
    "dispute it.",
    "registers-of": "Registers hold the work that the scorecard counts, for each community.",
    "releases": "Published data sets. A release never changes; a withdrawn one leaves a page with the reason.",
    "report": "See every page before it is final. Published figures never change; a correction is a new version.",
    "request": "A researcher asks for restricted data. Decide by the purpose and the plan of protection.",
    "requests": "Requests of researchers for restricted data, newest first.",
    "sample": "From the precision that you want follows the number of letters in each part of the city.",
    "scorecard": "The outcome measures of the community or of one agency. Read the draft, then publish it.",
    "sentence": "One sentence with its translation. Save it, or say that it is right, and the next one comes.",
    "sessions": "The browsers in which this person is signed in, by time alone. End one that was left open elsewhere.",
    "sign-in": "Type the six digits that the app on your phone shows now. A recovery code works in their place.",
    "step": "Read what follows from this step before you take it. “Not now” changes nothing.",
    "table": "Fill in a table with the columns below, and bring it back. Wrong rows are named, and nothing is stored "
    "before you have seen all of it.",
    "translation": "The sentences around the questions and of the letters, which all rounds share. Two people sign "
    "them.",
    "translations": "The languages of the service, and how far each is translated and checked.",
    "wave": "One survey round: its steps, its sealed and unlocked answers, and its settings.",
    "waves": "All survey rounds, the open ones first.",
    "welcome": "Choose a password of fifteen characters or more, and connect an app on your phone that shows six "
    "digits.",
    "withdrawal": "A withdrawn release cannot be downloaded any more. Copies that people have stay with them.",
}


def find_about(template: str) -> str:
    """Return the help of a page, or nothing for a page that is shown once and explains itself.

    >>> find_about("admin/waves.html")
    'All survey rounds, the open ones first.'
    """
    return ABOUT.get(template.removeprefix("admin/").removesuffix(".html"), "")
