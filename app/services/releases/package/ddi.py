"""Write DDI-Codebook 2.5 and 2.6: the codebook for archives and catalogs, in every language of the survey.

Both are the same document under two names, because it uses nothing that 2.6 added to 2.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.services.common.report_names import name_in
from app.services.releases.package import method, words
from app.services.releases.package.citations import citation
from app.services.releases.package.files import PackedFile
from app.services.releases.package.study import CodeLabel, DataSet, DataVariable, ReleaseStudy, Texts

VERSIONS = ("2.5", "2.6")
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
INTERVALS = {"nominal": "discrete", "ordinal": "discrete", "scale": "contin"}


def write_ddi(data: DataSet, files: Sequence[PackedFile], version: str) -> bytes:
    """Return the codebook in one version of the standard."""
    assert version in VERSIONS
    name = f"ddi:codebook:{version.replace('.', '_')}"
    book = Element("codeBook", {"xmlns": name, "version": version, LANG: data.main_language, "ID": "codebook"})
    _document(book, data.study)
    _study(book, data)
    for file in files:
        if file.role == "data":
            _file(book, data, file)
    described = SubElement(book, "dataDscr")
    for variable in data.variables:
        _variable(described, data, variable, [_file_id(file) for file in files if file.role == "data"])
    indent(book, " ")
    text: bytes = tostring(book, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text + b"\n"


def _add_texts(parent: Element, tag: str, texts: Texts) -> None:
    """Add an element for each language."""
    for lang, text in texts.items():
        SubElement(parent, tag, {LANG: lang}).text = text


def _add(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = text
    return element


# --- the study


def _document(book: Element, study: ReleaseStudy) -> None:
    cited = SubElement(SubElement(book, "docDscr"), "citation")
    titles = SubElement(cited, "titlStmt")
    _add(titles, "titl", f"Codebook of {study.release}")
    produced = SubElement(cited, "prodStmt")
    _add(produced, "producer", study.publisher)
    _add(produced, "prodDate", f"{study.published_on}", date=f"{study.published_on}")


def _study(book: Element, data: DataSet) -> None:
    study = data.study
    described = SubElement(book, "stdyDscr", {LANG: data.main_language})
    _citation(described, data)
    info = SubElement(described, "stdyInfo")
    _add_texts(SubElement(info, "subject"), "keyword", words.translate(study.languages, words.TRUST))
    _add_texts(info, "abstract", abstract(study))
    summary = SubElement(info, "sumDscr")
    for event, day in zip(("start", "end"), study.fielded, strict=True):
        _add(summary, "collDate", f"{day}", date=f"{day}", event=event)
    _add_texts(summary, "geogCover", {lang: name_in(study.community, lang) for lang in study.languages})
    _add_texts(summary, "universe", universe(study))
    _method(SubElement(described, "method"), study)
    use = SubElement(SubElement(described, "dataAccs"), "useStmt")
    if study.contact:
        _add(use, "contact", study.contact)
    _add(use, "citReq", citation(study), **{LANG: "en"})
    _add_texts(use, "conditions", words.translate(study.languages, words.CONDITIONS))


def _method(parent: Element, study: ReleaseStudy) -> None:
    """Add how the data were collected: the protocol in English as declared, the other texts in every language."""
    collected, declared = SubElement(parent, "dataColl"), study.protocol
    if "conductor" in declared:
        _add(collected, "dataCollector", declared["conductor"])
    _add_texts(collected, "sampProc", method.sample_texts(study))
    for name in ("list", "coverage", "selection", "household"):
        if name in declared:
            _add(collected, "sampProc", f"{method.LABELS[name]}: {declared[name]}", **{LANG: "en"})
    for name in ("contacts", "incentives"):
        if name in declared:
            _add(collected, "actMin", f"{method.LABELS[name]}: {declared[name]}", **{LANG: "en"})
    _add_texts(collected, "weight", words.translate(study.languages, words.WEIGHTING))
    rate = " ".join(method.response_statements(study.facts, "en"))
    if rate:
        _add(SubElement(parent, "anlyInfo"), "respRate", rate, **{LANG: "en"})


def _citation(parent: Element, data: DataSet) -> None:
    study, main = data.study, data.main_language
    cited = SubElement(parent, "citation")
    titles = SubElement(cited, "titlStmt")
    _add(titles, "titl", study.title[main], **{LANG: main})
    _add_texts(titles, "parTitl", {lang: title for lang, title in study.title.items() if lang != main})
    _add(titles, "IDNo", study.doi or study.release, agency="DOI" if study.doi else "Commontrust")
    _add(SubElement(cited, "rspStmt"), "AuthEnty", study.publisher)
    produced = SubElement(cited, "prodStmt")
    _add(produced, "producer", study.publisher)
    _add(produced, "software", "Commontrust")
    if "sponsor" in study.protocol:
        _add(produced, "fundAg", study.protocol["sponsor"])
    distributed = SubElement(cited, "distStmt")
    _add(distributed, "distrbtr", study.publisher, URI=study.address)
    _add(distributed, "distDate", f"{study.published_on}", date=f"{study.published_on}")
    _add(SubElement(cited, "verStmt"), "version", study.version, date=f"{study.published_on}")
    _add(cited, "biblCit", citation(study))


def abstract(study: ReleaseStudy) -> Texts:
    texts = words.translate(study.languages, words.ABSTRACT, community=community_of(study), survey=study.survey)
    if not study.simulated:
        return texts
    warning = words.translate(study.languages, words.SIMULATED)
    return {lang: f"{warning[lang]} {text}" for lang, text in texts.items()}


def universe(study: ReleaseStudy) -> Texts:
    return words.translate(study.languages, words.UNIVERSE, community=community_of(study))


def community_of(study: ReleaseStudy) -> Texts:
    return {lang: name_in(study.community, lang) for lang in study.languages}


# --- files and variables


def _file_id(file: PackedFile) -> str:
    return "file_" + file.name.replace(".", "_").replace("-", "_")


def _file(book: Element, data: DataSet, file: PackedFile) -> None:
    text = SubElement(SubElement(book, "fileDscr", {"ID": _file_id(file), "URI": file.path}), "fileTxt")
    _add(text, "fileName", file.name)
    sizes = SubElement(text, "dimensns")
    _add(sizes, "caseQnty", str(data.rows))
    _add(sizes, "varQnty", str(len(data.variables)))
    _add(text, "fileType", file.media_type)


def _variable(parent: Element, data: DataSet, variable: DataVariable, files: Sequence[str]) -> None:
    facts = {"ID": variable.name, "name": variable.name, "files": " ".join(files)}
    facts["intrvl"] = INTERVALS[variable.measure]
    if variable.decimals is not None or variable.is_coded:
        facts["dcml"] = str(variable.decimals or 0)
    if variable.kind in ("weight", "replicate"):
        facts["wgt"] = "wgt"
    elif data.weights:
        facts["wgt-var"] = " ".join(dict.fromkeys(each.weight for each in data.weights))
    element = SubElement(parent, "var", facts)
    _add_texts(element, "labl", variable.label)
    if variable.kind in ("item", "key"):
        _add_texts(SubElement(element, "qstn"), "qstnLit", variable.label)
    _ranges(element, variable)
    if variable.universe:
        _add_texts(element, "universe", variable.universe)
    for code in variable.codes:
        _category(element, code)
    if variable.concept:
        _add(element, "concept", variable.concept, **{LANG: "en"})
    SubElement(element, "varFormat", {"type": "numeric"})
    for lang, text in (variable.recoding or {}).items():
        _add(element, "notes", text, type="recoding", **{LANG: lang})


def _ranges(parent: Element, variable: DataVariable) -> None:
    valid = [code.value for code in variable.codes if not code.missing]
    if valid:
        SubElement(SubElement(parent, "valrng"), "range", {"min": str(min(valid)), "max": str(max(valid))})
    if variable.missing:
        invalid = SubElement(parent, "invalrng")
        for code in variable.missing:
            SubElement(invalid, "item", {"VALUE": str(code.value)})


def _category(parent: Element, code: CodeLabel) -> None:
    element = SubElement(parent, "catgry", {"missing": "Y"} if code.missing else {})
    _add(element, "catValu", str(code.value))
    _add_texts(element, "labl", code.label)
