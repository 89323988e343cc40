"""Forms of frozen months: which one, and why a figure of one is another today."""

from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.metrics.freezes.operations import MAX_REASON
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period, PeriodKind
from matchmaker.web.forms import LineField, ShapedForm, TextField


class MonthForm(ShapedForm):
    """A month, as 2026-10."""

    month = LineField(_l("Month"), most=7, needed=True, hint=_l("Year and month, such as 2026-11."))

    def read(self) -> Month:
        """Return it. Raises ``Invalid``."""
        try:
            period = Period.parse(self.month.data or "")
        except Invalid as error:
            raise Invalid(field="month", message=error.message) from error
        if period.kind is not PeriodKind.MONTH:
            raise Invalid(field="month", message=_l("Year and month, such as 2026-11."))
        return period.first


class RestatementForm(MonthForm):
    """Which figure, and why."""

    scope_kind = LineField(_l("Scope"), most=16, needed=True)
    scope_code = LineField(_l("Code"), most=32)
    measure = LineField(_l("Figure"), most=40, needed=True)
    reason = TextField(_l("Why it is another one today"), most=MAX_REASON, rows=2, needed=True)

    def scope(self) -> tuple[ScopeKind, str]:
        """Return whose figure it is. Raises ``Invalid``."""
        if self.scope_kind.data not in set(ScopeKind):
            raise Invalid(field="scope_kind", message=_l("Choose one of the figures of the page."))
        return ScopeKind(self.scope_kind.data), self.scope_code.data or ""
