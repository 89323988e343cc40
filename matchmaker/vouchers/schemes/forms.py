"""The form in which a scheme's rules are written: every number of the year."""

from collections.abc import Sequence
from typing import Any

from matchmaker.accounts.models import SIZE_LABELS, EnterpriseSize
from matchmaker.accounts.registration.models import TYPE_LABELS, EnterpriseType
from matchmaker.catalogue.rules import clean
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.money import Unclear, plain, typed
from matchmaker.reference.queries import Code
from matchmaker.vouchers.schemes.operations import SchemeText
from matchmaker.vouchers.schemes.rules import (
    EVIDENCE_LABELS,
    PAYEE_LABELS,
    PROVIDER_LABELS,
    EvidenceKind,
    Payee,
    ProviderRule,
    Rates,
    SchemeRules,
)
from matchmaker.web.codes import codes
from matchmaker.web.facets import label_of
from matchmaker.web.forms import (
    ChoiceField,
    DayField,
    LineField,
    ManyField,
    ShapedForm,
    TextField,
    TickField,
    TypedField,
    WholeField,
    YuanField,
)

MAX_NOTE = 2_000
#: The four rates, in the order of their columns.
_PAIRS = ("local_local", "local_outside", "outside_local", "outside_outside")

#: A field of the rules → the form's field that holds it under another name.
_TYPED_IN = {"pools_fen": "pools", "rates": "local_local", "category_quotas_fen": "category_quotas"}


class PercentField(TypedField):
    """A share typed as percent with up to two decimals, held in basis points."""

    def read(self, text: str) -> int:
        """Accept "50", "42.5" and "42.5%"."""
        return percent_of(text)

    def written(self, value: int) -> str:
        """Return it as percent."""
        return plain(value, fen_per_unit=100)


class SchemeForm(ShapedForm):
    """Everything that ``SchemeRules`` and ``SchemeText`` hold."""

    year = WholeField(_l("Year"), least=2000, most=2100)
    key = LineField(
        _l("Short name"),
        most=40,
        needed=True,
        hint=_l("Small letters, figures, hyphens; its accounts are called by it."),
    )
    title = LineField(_l("Name of the scheme"), most=120, needed=True)
    title_en = LineField(_l("Name in English"), most=160)
    district_code = ChoiceField(_l("Whose scheme"), hint=_l("Not stated: the city's."))
    pools = TextField(
        _l("Pools"), most=4_000, rows=8, needed=True,
        hint=_l("One district on each line, with the amount in yuan: 柯桥区 500万"),
    )  # fmt: skip
    apply_from = DayField(_l("Applications from"))
    apply_until = DayField(_l("Applications until"))
    use_by = DayField(_l("Last day of use"))
    redeem_by = DayField(_l("Last day to redeem"))
    valid_months = WholeField(
        _l("Months a voucher is valid"), least=1, most=36, hint=_l("Empty: until the last day of use.")
    )
    quota_fen = YuanField(_l("Quota of an enterprise for the year"), needed=True)
    least_face_fen = YuanField(_l("Smallest voucher"), needed=True)
    most_face_fen = YuanField(_l("Largest voucher"))
    most_vouchers = WholeField(_l("Vouchers of one enterprise at most"), least=1, most=99)
    local_local = PercentField(_l("Enterprise here, provider here"), unit=_l("percent"))
    local_outside = PercentField(_l("Enterprise here, provider outside"), unit=_l("percent"))
    outside_local = PercentField(_l("Enterprise outside, provider here"), unit=_l("percent"))
    outside_outside = PercentField(_l("Both outside"), unit=_l("percent"))
    category_rates = TextField(
        _l("Rates of single categories"), most=4_000, rows=3,
        hint=_l("One category on each line with its four rates in the order above: 检验检测 50 40 30 20"),
    )  # fmt: skip
    category_quotas = TextField(
        _l("Quotas of single categories"), most=4_000, rows=3,
        hint=_l("One category on each line with its amount: 检验检测 2万"),
    )  # fmt: skip
    cap_local_fen = YuanField(_l("At most for one use, provider here"))
    cap_outside_fen = YuanField(_l("At most for one use, provider outside"))
    cover_in_full_below_fen = YuanField(_l("Services below this are taken over in full"), may_be_zero=True)
    types = ManyField(_l("Enterprises that may apply"), options=TYPE_LABELS.items(), hint=_l("None ticked: all."))
    sizes = ManyField(_l("Sizes that may apply"), options=SIZE_LABELS.items(), hint=_l("None ticked: all."))
    most_staff = WholeField(_l("Staff at most"), least=1, most=999_999)
    most_revenue_fen = YuanField(_l("Revenue at most, in each of the two years before"))
    local_enterprises_only = TickField(_l("Only enterprises of the region may apply"))
    provider_rule = ChoiceField(
        _l("Who may do the service"), options=PROVIDER_LABELS.items(), convert=ProviderRule, needed=True
    )
    excluded_categories = ManyField(_l("Not paid for"))
    statutory_tests_excluded = TickField(_l("Tests that a law prescribes are not paid for"))
    payee = ChoiceField(_l("Who is paid"), options=PAYEE_LABELS.items(), convert=Payee, needed=True)
    evidence = ManyField(_l("Evidence of a claim"), options=EVIDENCE_LABELS.items())
    reviews = ChoiceField(
        _l("Levels of review"),
        options=[("1", _l("One: two reviewers of the district")), ("2", _l("Two: the district, then the city"))],
        convert=int,
        needed=True,
    )
    several_vouchers_per_contract = TickField(_l("Several vouchers may be used for one contract"))
    publicity_days = WholeField(_l("Days of public notice"), least=0, most=60)
    correction_days = WholeField(_l("Days to correct a returned claim"), least=1, most=180, default=30)
    reminder_days = WholeField(_l("Days before the last day to remind"), least=0, most=180)
    is_example = TickField(_l("An example built from another place's public rules"))
    source_note = TextField(_l("From which rules, and what is this example's own"), most=MAX_NOTE, rows=3)

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.district_code.options = [(code, label_of(one)) for code, one in codes().districts.items()]
        self.excluded_categories.options = [(code, label_of(one)) for code, one in codes().categories.items()]

    def refuse(self, error: Invalid) -> None:
        """Put the rules' refusal at the field in which what it speaks of is typed."""
        super().refuse(Invalid(field=_TYPED_IN.get(error.field, error.field), message=error.message))

    def said(self) -> SchemeText:
        """Return what was typed beside the rules."""
        return SchemeText(
            year=self.year.data or 0,
            key=(self.key.data or "").strip(),
            title=clean(self.title.data or ""),
            title_en=clean(self.title_en.data or ""),
            district_code=self.district_code.data,
            is_example=self.is_example.data,
            source_note=clean(self.source_note.data or ""),
        )

    def rules(self) -> SchemeRules:
        """Return the rules that were typed. Raises ``Invalid`` on the first field that cannot be read."""
        for name in ("apply_from", "apply_until", "use_by", "redeem_by", "quota_fen", "least_face_fen"):
            if getattr(self, name).data is None:
                raise Invalid(field=name, message=_l("This must be filled in."))
        single = {
            name: getattr(self, name).data
            for name in (
                "apply_from", "apply_until", "use_by", "redeem_by", "quota_fen", "least_face_fen", "most_face_fen",
                "most_vouchers", "valid_months", "cap_local_fen", "cap_outside_fen", "most_staff", "most_revenue_fen",
                "local_enterprises_only", "provider_rule", "statutory_tests_excluded", "payee", "reviews",
                "several_vouchers_per_contract",
            )
        }  # fmt: skip
        return SchemeRules(
            **single,
            pools_fen=_amounts(self.pools.data or "", codes().districts, field="pools"),
            rates=Rates(*(getattr(self, name).data or 0 for name in _PAIRS)),
            category_rates=_rates(self.category_rates.data or ""),
            category_quotas_fen=_amounts(self.category_quotas.data or "", codes().categories, field="category_quotas"),
            cover_in_full_below_fen=self.cover_in_full_below_fen.data or 0,
            types=tuple(EnterpriseType(one) for one in self.types.data),
            sizes=tuple(EnterpriseSize(one) for one in self.sizes.data),
            excluded_categories=tuple(self.excluded_categories.data),
            evidence=tuple(EvidenceKind(one) for one in self.evidence.data),
            publicity_days=self.publicity_days.data or 0,
            correction_days=self.correction_days.data or 30,
            reminder_days=self.reminder_days.data or 0,
        )


def form_data(text: SchemeText, rules: SchemeRules) -> dict[str, Any]:
    """Return what the form begins with for rules that exist."""
    lists = codes()
    data = {name: getattr(rules, name) for name in SchemeRules.__dataclass_fields__ if name != "rates"}
    data |= {name: getattr(text, name) for name in SchemeText.__dataclass_fields__}
    data |= dict(zip(_PAIRS, _four(rules.rates), strict=True))
    data["pools"] = _lines(rules.pools_fen, lists.districts)
    data["category_quotas"] = _lines(rules.category_quotas_fen, lists.categories)
    data["category_rates"] = "\n".join(
        " ".join([_name(code, lists.categories), *(plain(rate, fen_per_unit=100) for rate in _four(rates))])
        for code, rates in rules.category_rates.items()
    )
    return data


def percent_of(text: str) -> int:
    """Return basis points of a percentage. Raises ``ValueError`` with what is wrong."""
    try:
        return typed(text.strip().rstrip("%％"), may_be_zero=True)
    except Unclear:
        raise ValueError(_l("Write a percentage such as 50 or 42.5.")) from None


def _four(rates: Rates) -> tuple[int, ...]:
    return tuple(getattr(rates, name) for name in _PAIRS)


def _amounts(text: str, known: dict[str, Code], *, field: str) -> dict[str, int]:
    read = {}
    for name, rest in _named(text, known, field=field):
        try:
            read[name] = typed("".join(rest), may_be_zero=True)
        except Unclear as unclear:
            raise Invalid(field=field, message=unclear.message) from None
    return read


def _rates(text: str) -> dict[str, Rates]:
    read = {}
    for name, rest in _named(text, codes().categories, field="category_rates"):
        if len(rest) not in (1, 4):
            raise Invalid(field="category_rates", message=_l("Give one rate for all, or four in the order above."))
        try:
            values = [percent_of(one) for one in rest]
        except ValueError as error:
            raise Invalid(field="category_rates", message=_message(error)) from None
        read[name] = Rates(*values) if len(values) == 4 else Rates.flat(values[0])
    return read


def _named(text: str, known: dict[str, Code], *, field: str) -> list[tuple[str, Sequence[str]]]:
    """Return the code and the other words of each line, which begins with a code or a name in either language."""
    by_name = {one.name: code for code, one in known.items()} | {code: code for code in known}
    read: list[tuple[str, Sequence[str]]] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, *rest = line.replace("：", " ").replace(":", " ").replace("=", " ").split()
        if name not in by_name or not rest:
            raise Invalid(field=field, message=_l("This line cannot be read: “%(line)s”.", line=line[:80]))
        read.append((by_name[name], rest))
    return read


def _lines(amounts: dict[str, int], known: dict[str, Code]) -> str:
    return "\n".join(f"{_name(code, known)} {plain(fen, fen_per_unit=100)}" for code, fen in amounts.items())


def _name(code: str, known: dict[str, Code]) -> str:
    """Return a name that leads back to its code, else the code."""
    one = known.get(code)
    same = [other for other in known.values() if one is not None and other.name == one.name]
    return one.name if one is not None and len(same) == 1 else code


def _message(error: ValueError) -> Message:
    found: Message = error.args[0]
    return found
