"""The form in which a view is named."""

from matchmaker.messages import _l
from matchmaker.statistics.tables.rules import MAX_NAME
from matchmaker.web.forms import LineField, ShapedForm


class ViewForm(ShapedForm):
    """The name under which a table is kept."""

    name = LineField(_l("Name of the view"), most=MAX_NAME, needed=True)
