"""Where things lie, how long they are, and what they must not hold."""

import ast
import re
from pathlib import Path

import pytest

from matchmaker.resources import ROOT
from tests.support import sources

VOCABULARY = {"__init__", "models", "queries", "operations", "rules", "policies", "forms", "views", "api", "jobs"}

#: Domains, by their folder in the package.
DOMAINS = (
    "accounts",
    "accounts/links",
    "accounts/members",
    "accounts/own",
    "accounts/registration",
    "accounts/trail",
    "accounts/mandates",
    "audit",
    "catalogue",
    "catalogue/arrivals",
    "catalogue/coaching",
    "catalogue/demand",
    "catalogue/generics",
    "catalogue/needs",
    "catalogue/offerings",
    "catalogue/openings",
    "catalogue/search",
    "catalogue/sheets",
    "catalogue/suggestions",
    "contracts",
    "contracts/agreements",
    "contracts/funnel",
    "contracts/introductions",
    "contracts/services",
    "catalogue/twins",
    "dossier",
    "files",
    "home",
    "ledger",
    "letters",
    "metrics",
    "metrics/cohorts",
    "metrics/lists",
    "metrics/freezes",
    "reference",
    "registry",
    "registry/coverage",
    "registry/profiles",
    "statistics",
    "statistics/exports",
    "statistics/quality",
    "statistics/tables",
    "statistics/year",
    "statistics/reports",
    "vouchers",
    "vouchers/clearing",
    "vouchers/flags",
    "vouchers/pool",
    "vouchers/reconciliation",
    "vouchers/redemptions",
    "vouchers/review",
    "vouchers/schemes",
    "vouchers/uses",
)
#: What a domain holds beside the vocabulary, and why.
MORE_NOUNS = {
    "accounts/commands": "the first person is added from the shell, where nobody can sign in yet",
    "accounts/members/letters": "the letters' words, apart from what gives the reason for them",
    "accounts/passwords": "hashing has nothing to do with rows",
    "accounts/registration/twins": "the names that a process holds in memory",
    "audit/sealing": "hashes over the trail",
    "audit/recording": "listens to sessions; nobody calls it",
    "catalogue/coaching/examples": "what others in the industry wrote, one pair each",
    "catalogue/coaching/quantities": "figures, days and amounts in running text, in both languages",
    "catalogue/coaching/words": "lists of processes, materials and machines",
    "catalogue/needs/events": "what a need adds to a dossier",
    "catalogue/offerings/events": "what an offering adds to a dossier",
    "catalogue/openings/noting": "what pages share that one comes to from a match: where it stood is in their address",
    "catalogue/demand/findings": "what a process has counted and holds in memory",
    "catalogue/offerings/hours": "opening hours are a language of their own, read and written",
    "catalogue/sheets/columns": "what the columns of a spreadsheet are called and hold, for reading and writing",
    "catalogue/sheets/receiving": "what every page does that takes a spreadsheet, of offerings or of services",
    "catalogue/sheets/reading": "files that strangers send become text, within bounds",
    "catalogue/sheets/writing": "rows become a workbook",
    "catalogue/differences": "what changed between two texts, for needs and offerings alike",
    "catalogue/needs/reviewing": "the bureau's pages of a need; the enterprise's fill views.py",
    "catalogue/needs/steps": "the moves of a need as pages and buttons; the rest of its pages fill views.py",
    "catalogue/edges": "needs and offerings are saved and moved by the same code of their views",
    "catalogue/search/completions": "what the search box offers, which is no search",
    "catalogue/search/names": "what a process holds in memory of all names",
    "catalogue/suggestions/cards": "what match pages show of many candidates, in one statement",
    "catalogue/suggestions/commands": "builds the index from the shell",
    "catalogue/suggestions/documents": "rows as the matching library reads them",
    "catalogue/suggestions/glances": "the best match of many postings, in few statements",
    "catalogue/suggestions/indexes": "what a process holds in memory",
    "files/store": "what lies on the disk, which is not a row",
    "contracts/agreements/events": "what a contract adds to a dossier",
    "contracts/agreements/letters": "the letters' words, apart from what gives the reason for them",
    "contracts/agreements/steps": "the pages of what follows the writing down; views.py is full with that",
    "contracts/agreements/telling": "what changed, field by field",
    "contracts/agreements/writing": "what a form is about, read within what its sender may know",
    "contracts/services/columns": "what the columns of a spreadsheet of services are called and hold",
    "contracts/services/events": "what services add to a dossier",
    "contracts/services/letters": "the letters' words, apart from what gives the reason for them",
    "contracts/services/plans": "what the rows of a spreadsheet would record; needs the directory, so no rules",
    "contracts/services/sheets": "the pages of spreadsheets, a blueprint of their own",
    "contracts/services/waiting": "what waits for a reader on their first page",
    "contracts/introductions/commands": "what became of matches, written out for the engine to learn from",
    "contracts/introductions/events": "what an introduction adds to two dossiers",
    "contracts/introductions/guests": "the buttons of those who are invited; the two sides' fill steps.py",
    "contracts/introductions/inviting": "invitations are a list of their own beside the introduction's life",
    "contracts/introductions/letters": "the letters' words, apart from what gives the reason for them",
    "contracts/introductions/opening": "what a form is about, from whichever page one comes",
    "contracts/introductions/response": "how soon providers answer, for whoever compares them",
    "contracts/introductions/steps": "the moves of an introduction as pages and buttons",
    "contracts/introductions/waiting": "what the first page counts and the daily jobs look for",
    "letters/commands": "sends from the shell",
    "letters/delivery": "runs beside the pages",
    "letters/transports": "speaks to mail servers",
    "ledger/sealing": "the chain of hashes",
    "ledger/triggers": "what the database itself enforces",
    "ledger/verification": "recomputes everything",
    "metrics/asked": "which months an address names, read in one place for every page of figures",
    "metrics/lists/columns": "what the columns of each list are called and how their cells read",
    "metrics/lists/freezing": "the pages of frozen lists; the live ones fill views.py",
    "metrics/lists/rows": "what stands in each list; queries.py has what people add to them",
    "metrics/lists/selects": "what stands in each list, by ids; rows.py makes the rows of them",
    "metrics/lists/showing": "what the pages of live and of frozen lists share",
    "metrics/lists/tagging": "the pages on which needs are tagged, a blueprint of their own",
    "metrics/lists/technologies": "the pages of key technologies, a blueprint of their own",
    "metrics/lists/writing": "lists become files",
    "registry/profiles/words": "how a stored value reads, on five pages of two blueprints",
    "statistics/exports/commands": "writes from the shell",
    "statistics/exports/making": "writes beside the pages",
    "statistics/tables/listings": "the tables that there are, which name many domains; rules.py says what a table is",
    "statistics/tables/postings": "the tables of what people post; the others fill listings.py",
    "statistics/tables/writing": "a table becomes a file",
    "vouchers/clearing/writing": "a batch becomes files",
    "vouchers/reviewing": "the bureau's pages of a voucher; the enterprise's fill views.py",
    "vouchers/redemptions/events": "what a claim adds to a dossier",
    "vouchers/redemptions/invoices": "an invoice belongs to one claim, whoever claims",
    "vouchers/redemptions/letters": "the letters' words, apart from what gives the reason for them",
    "vouchers/redemptions/notices": "pages that anybody reads; the claim's own fill views.py",
    "vouchers/redemptions/seams": "where flags and reconciliation take part without being known to claims",
    "vouchers/flags/bargains": "rules over contracts and their days; rules.py says what all rules share",
    "vouchers/flags/circles": "a rule over who paid whom",
    "vouchers/redemptions/recalls": "taking back what was paid: proposed, dropped, confirmed",
    "vouchers/redemptions/impartiality": "who may decide: one rule for reviews, batches, answers and claw-backs",
    "vouchers/redemptions/returns": "until when a returned claim may be filed again: operations of their own size",
    "vouchers/flags/examining": "all rules in one call",
    "vouchers/flags/loading": "rows as the rules see them",
    "vouchers/flags/papers": "a rule over invoices and reports",
    "vouchers/flags/parties": "a rule over what two organisations share",
    "vouchers/flags/prices": "a rule over prices",
    "vouchers/flags/pictures": "how a picture of a paper looks, in bits",
    "vouchers/flags/reading": "what stands in a file",
    "vouchers/reconciliation/checking": "everything looked through in one view of the database",
    "vouchers/reconciliation/claims": "what claims and batches must agree with; vouchers and uses fill rules.py",
    "vouchers/reconciliation/commands": "verifies from the shell",
    "metrics/commands": "the cells are counted anew and compared from the shell",
    "metrics/definitions": "the catalogue of figures: data, each in words and as a formula",
    "metrics/facts": "what the counting reads of each kind of record",
    "metrics/figures": "percents and percentage points are types of their own",
    "metrics/formulas": "the few ways in which a figure is reckoned",
    "metrics/periods": "months, quarters, years and runs of months: arithmetic of its own",
    "metrics/published": "figures of frozen months; queries.py has those of today",
    "metrics/places": "whose figures a reader may open: codes, an organisation, the city",
    "metrics/records": "the records behind figures, of four domains below",
    "metrics/standing": "places, medians and advice: pure, and nothing a rule decides by",
    "metrics/telling": "figures in words, with their units and signs",
    "metrics/rebuilding": "counts anew from the records, beside operations that add what changed",
    "metrics/recording": "listens to sessions; nobody calls it",
    "metrics/sums": "the same counting said in SQL",
    "statistics/asked": "whose figures of which months an address asks for",
    "statistics/charts": "rows and columns of figures: what is shown, drawn and downloaded",
    "statistics/lacks": "the same of needs: where they stand, and what nothing serves",
    "statistics/sheets": "a chart's rows become a workbook",
    "vouchers/events": "what vouchers and their uses add to a dossier",
    "vouchers/pool/tallies": "what each process has added up, which is no row",
    "vouchers/uses/steps": "the step that vouchers hand to the funnel",
    "vouchers/waiting": "what waits for a reader on their first page",
    "statistics/reports/tables": "rows of words, for a page, a PDF and a workbook",
    "statistics/reports/typesetting": "a report becomes a PDF",
    "statistics/reports/words": "figures as reports print them, in tables and in sentences",
    "statistics/reports/writing": "a report becomes a workbook",
    "vouchers/accounts": "what the accounts of the ledger are called, in one place",
    "vouchers/endings": "vouchers and their uses end together; each has operations of its own below this",
}
#: What the package holds beside its domains, and why.
NO_DOMAINS = {
    "db": "the database layer",
    "jobs": "runs what the domains' own jobs modules register",
    "matching": "a library on its own",
    "names": "a library on its own",
    "seeding": "reads files",
    "translations": "holds sentences",
    "web": "the edge",
}

LONGEST = 400

#: An exception to a check, and the words after it that say why.
EXCEPTION = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|nosec|pragma: no cover|fmt: (?:off|skip))[^#\n]*"
    r"|@?pytest\.(?:mark\.)?(?:skip|xfail)\w*.*"
)
REASON = re.compile(r"#\s*noqa: [A-Z0-9, ]+(?: - |\s+\()\w|\]\s+#\s*\w|reason=|fmt: skip")

#: What must not be in any file: folders of one machine, and hosts that packages come from.
FOREIGN = {
    "a machine's folder": re.compile(r"(?<![\w.])/(?:work|root|home/\w+|tmp/\w+|Users)/"),
    "a registry's host": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmmirror|artifactory|/pypi/simple|simple/$|--index-url", re.I
    ),
}
#: Files that may: this one names what it looks for.
SPEAKS_OF_IT = {Path("tests/conventions/test_files.py")}


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_holds_only_the_closed_vocabulary_and_named_nouns(domain: str) -> None:
    folder = Path("matchmaker", domain)
    held = {file.stem for file in sources.python("matchmaker") if file.parent == folder}
    named = {noun.rpartition("/")[2] for noun in MORE_NOUNS if noun.rpartition("/")[0] == domain}

    assert held - VOCABULARY == named
    assert "__init__" in held


def test_every_folder_of_the_package_is_a_domain_or_has_its_reason() -> None:
    folders = {file.parts[1] for file in sources.files() if file.parts[0] == "matchmaker" and len(file.parts) > 2}

    assert folders == {domain.partition("/")[0] for domain in DOMAINS} | NO_DOMAINS.keys()


@pytest.mark.parametrize("file", sources.python("matchmaker", "tests", "benchmarks", "setup"), ids=str)
def test_a_file_opens_with_a_sentence_and_ends_before_line_400(file: Path) -> None:
    text = sources.read(file)
    lines = len(text.splitlines())

    assert lines <= LONGEST or "versions" in file.parts, f"{lines} lines"
    assert ast.get_docstring(ast.parse(text)) or not text.strip(), "no docstring"


def test_every_exception_to_a_check_says_why_on_its_line() -> None:
    silent = [
        f"{file}:{number}: {line.strip()}"
        for file in sources.python("matchmaker", "tests", "benchmarks", "setup")
        for number, line in enumerate(sources.read(file).splitlines(), start=1)
        if EXCEPTION.search(line) and not REASON.search(line) and file not in SPEAKS_OF_IT
    ]

    assert silent == []


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_knows_the_machine_it_was_written_on(what: str) -> None:
    found = [
        f"{file}:{number}: {line.strip()[:120]}"
        for file in sources.texts()
        if file not in SPEAKS_OF_IT
        for number, line in enumerate(sources.read(file).splitlines(), start=1)
        if FOREIGN[what].search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a machine's folder", "see /home/somebody/matchmaker"),
        ("a machine's folder", "cd /work/main"),
        ("a registry's host", '"resolved": "https://registry.npmjs.org/htmx"'),
        ("a registry's host", "https://pypi.org/project/flask"),
    ],
)
def test_what_is_looked_for_would_be_found(what: str, line: str) -> None:
    assert FOREIGN[what].search(line)


@pytest.mark.parametrize(
    "line", ["x = 1  # noqa: S101", "y = 1  # type: ignore[arg-type]", "@pytest.mark.skip", "# noqa"]
)
def test_a_silent_exception_would_be_found(line: str) -> None:
    assert EXCEPTION.search(line) and not REASON.search(line)


def test_the_project_is_where_its_files_are() -> None:
    assert (ROOT / "pyproject.toml").is_file()
    assert len(sources.python("matchmaker")) > 50
