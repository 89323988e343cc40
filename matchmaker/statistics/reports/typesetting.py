"""A report becomes a PDF: tagged for screen readers, with the font inside, the same bytes for the same report."""

import json
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import typst

from matchmaker import clock
from matchmaker.phrases import in_language
from matchmaker.resources import TEMPLATES
from matchmaker.statistics.reports import tables
from matchmaker.statistics.reports.rules import Report

#: The package that brings the Chinese font.
_FONTS = "manimgx_fonts_cjk"


def pdf(report: Report, language: str) -> bytes:
    """Return the report as PDF/UA-1. Its names and words are handed over as data and never read as markup."""
    compiler = typst.Compiler(
        TEMPLATES / "reports" / "report.typ",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_data(report, language), ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(report.read_at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one file.")
    return made


@cache
def _fonts() -> typst.Fonts:
    # 32 MB are read once by a process, at its first report.
    with as_file(files(_FONTS)) as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _data(report: Report, language: str) -> dict[str, Any]:
    def say(text: Any) -> str:
        return in_language(text, language)

    head = [say(cell) for cell in tables.head(report)]
    return {
        "title": say(report.title),
        "language": language,
        "about": say(tables.about(report, report.read_at.astimezone(clock.CIVIL_ZONE))),
        "periods": [str(period) for period in report.periods],
        "sentences": [say(sentence) for sentence in report.sentences],
        "sections": [
            {
                "title": say(section.title),
                "head": head,
                "rows": [
                    {
                        "label": say(row.label),
                        "note": str(row.note),
                        "cells": [say(row.unit), *(say(cell) for cell in row.cells)],
                        "restated": [say(text) for text in row.restated],
                    }
                    for row in section.rows
                ],
            }
            for section in tables.sections(report)
        ],
        "notes_title": say(tables.NOTES),
        "notes": [f"{note.number}. {' '.join(map(say, (note.text, *note.read)))}" for note in tables.notes(report)],
    }
