"""Who may do what with a claim. Moves that its state forbids are the rules'."""

from matchmaker.accounts.policies import public, scoped
from matchmaker.accounts.rules import Reader
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions.models import Evidence, Objection, Redemption


def may_list(reader: Reader) -> bool:
    """Enterprises see their own, providers those naming them, bureaus their district's."""
    return reader.is_enterprise or reader.is_provider or reader.is_bureau


@scoped
def may_see(reader: Reader, redemption: Redemption) -> bool:
    """Whoever it is in scope of."""
    return True


def owns(reader: Reader, redemption: Redemption) -> bool:
    """The enterprise that claims."""
    return reader.acts_for(redemption.enterprise_id) and reader.is_approved


def may_write(reader: Reader, redemption: Redemption) -> bool:
    """The enterprise that claims, until it has filed."""
    return owns(reader, redemption) and redemption.is_editable


@scoped
def may_begin(reader: Reader, use: Use) -> bool:
    """Whoever it is in scope of: the enterprise whose voucher it is."""
    return True


def owns_paper(reader: Reader, evidence: Evidence) -> bool:
    """The enterprise that claims with it."""
    return owns(reader, evidence.redemption)


def may_open(reader: Reader, evidence: Evidence) -> bool:
    """The enterprise itself, and its bureau: a provider sees the claim, not the papers of the other side's bank."""
    redemption = evidence.redemption
    return reader.acts_for(redemption.enterprise_id) or reader.is_bureau_of(redemption.district_code)


@public
def may_read_notices(reader: Reader) -> bool:
    """Anybody: that is what a public notice is for."""
    return True


def may_object(reader: Reader, redemption: Redemption) -> bool:
    """Anybody who says who they are, but not the enterprise against itself."""
    return reader.is_authenticated and not reader.acts_for(redemption.enterprise_id)


def may_answer(reader: Reader, objection: Objection) -> bool:
    """A reviewer who neither objected nor reviewed the claim."""
    redemption = objection.redemption
    involved = (objection.person_id, redemption.first_reviewed_by_id, redemption.approved_by_id)
    return reader.reviews(redemption.district_code) and reader.person_id not in involved


def may_recall(reader: Reader, redemption: Redemption) -> bool:
    """A reviewer proposes to claw back."""
    return reader.reviews(redemption.district_code)


def may_drop_recall(reader: Reader, redemption: Redemption) -> bool:
    """Whoever proposed it, as long as they review there."""
    return reader.reviews(redemption.district_code) and redemption.recall_by_id == reader.person_id


def may_claw_back(reader: Reader, redemption: Redemption) -> bool:
    """Another reviewer does it."""
    return reader.reviews(redemption.district_code) and redemption.recall_by_id not in (None, reader.person_id)
