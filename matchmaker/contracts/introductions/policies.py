"""Who may do what with an introduction. That a reader knows of it at all is decided by the queries' ``in_scope``."""

from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.introductions import rules
from matchmaker.contracts.introductions.models import Introduction, IntroductionFile, Participant, Side


def takes_part(reader: Reader, introduction: Introduction) -> bool:
    """Whoever is of one of its sides, or was invited and accepted."""
    return rules.takes_part(reader, introduction)


def may_list(reader: Reader) -> bool:
    """Everybody signed in: a broker may belong to no organisation. Administrators manage accounts and need none."""
    return reader.is_authenticated and not reader.is_admin


def may_open(reader: Reader) -> bool:
    """Enterprises ask, complexes and institutes offer themselves, once the bureau has approved them."""
    return (reader.is_enterprise or reader.is_provider) and reader.is_approved


@scoped
def may_see(reader: Reader, introduction: Introduction) -> bool:
    """Whatever the reader's scope let through."""
    return True


def may_answer(reader: Reader, introduction: Introduction) -> bool:
    """The side that was asked."""
    return rules.side_of(reader, introduction) is introduction.opened_by_side.other


def may_end(reader: Reader, introduction: Introduction) -> bool:
    """Either side."""
    return rules.side_of(reader, introduction) is not None


def may_share(reader: Reader, introduction: Introduction) -> bool:
    """The enterprise, of its own need."""
    return rules.side_of(reader, introduction) is Side.ENTERPRISE and introduction.need_id is not None


def may_invite(reader: Reader, introduction: Introduction) -> bool:
    """Either side."""
    return rules.side_of(reader, introduction) is not None


def may_read_talk(reader: Reader, introduction: Introduction) -> bool:
    """Whoever takes part, and the auditors of the bureau that oversees the enterprise."""
    return takes_part(reader, introduction) or reader.audits(introduction.district_code)


def may_fetch(reader: Reader, file: IntroductionFile) -> bool:
    """Whoever reads what was said."""
    return may_read_talk(reader, file.introduction)


def may_join(reader: Reader, introduction: Introduction) -> bool:
    """Whoever was invited and has not answered."""
    invited = rules.participant_of(reader, introduction)
    return invited is not None and rules.side_of(reader, introduction) is None


def may_remove(reader: Reader, participant: Participant) -> bool:
    """Either side, and they themselves."""
    return rules.side_of(reader, participant.introduction) is not None or rules.is_for(reader, participant)
