"""The sentences of templates and code are found, and the command that keeps the files in step says what is wrong."""

from app.language import __main__ as command
from app.language.extraction import extract_interface
from app.language.languages import LANGUAGES, SOURCE
from app.language.po_files import PoEntry, read_entries, store_domain, template_path

TEMPLATE = """
{# For translators: the button at the end #}
<button>{{ text("Send") }}</button>
{{ text("Answer", "verb") }} {{ text("Answer", context="noun") }}
{{ plural("{n} answer", "{n} answers", count, n=count) }}
{% if words.text("Inside a tag") %}{% endif %}
{{ text(variable) }} {{ other("Not a sentence") }}
"""
MODULE = """
def tell(words):
    mark("Marked in a table")
    # For translators: said once
    yield words.text("From code {name}", name="x")
    yield words.text("Send")
    yield words.plural("{n} day", "{n} days", 2, "wait")
    yield words.text(f"not {words} constant")
"""


def test_sentences_have_context_plural_place_and_note(tmp_path):
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "page.html").write_text(TEMPLATE, "utf-8")
    (folder / "tell.py").write_text(MODULE, "utf-8")
    (folder / "style.css").write_text('text("no")', "utf-8")
    found = {entry.key: entry for entry in extract_interface(tmp_path, ["web"])}
    assert set(found) == {
        *(
            (None, "Send"),
            ("verb", "Answer"),
            ("noun", "Answer"),
            (None, "{n} answer"),
            (None, "Inside a tag"),
            (None, "Marked in a table"),
        ),
        *((None, "From code {name}"), ("wait", "{n} day")),
    }
    assert found[None, "Send"] == PoEntry("Send", comment="the button at the end", location="web/page.html web/tell.py")
    assert found[None, "From code {name}"].comment == "said once"
    assert found["wait", "{n} day"].plural == "{n} days"


def test_command_lists_each_fault_in_one_line_and_exits_1(tmp_path, capsys, monkeypatch):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "page.html").write_text('{{ text("Send") }}', "utf-8")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "FOLDERS", ("web",))
    locales = tmp_path / "locales"
    assert command.main(["--locales", str(locales)]) == 1
    assert "interface.pot: out of date" in capsys.readouterr().out
    assert command.main(["--extract", "--locales", str(locales)]) == 1
    assert "es/interface: missing: 'Send'" in capsys.readouterr().out
    entry = read_entries(template_path(locales, "interface"))[0]
    for code in set(LANGUAGES) - {SOURCE}:
        words = f"Send in {code}"
        path = locales / code / "LC_MESSAGES" / "interface.po"
        path.write_text(
            path.read_text("utf-8")
            .replace('msgstr ""\n', f'msgstr "{words}"\n')
            .replace(f'msgid ""\nmsgstr "{words}"', 'msgid ""\nmsgstr ""'),
            "utf-8",
        )
    assert command.main(["--locales", str(locales)]) == 0
    assert entry.text == "Send"
    assert store_domain(locales, "interface", [entry], []) == []
