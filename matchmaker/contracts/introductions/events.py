"""What an introduction adds to the dossiers of both its sides."""

from typing import Any

from sqlalchemy import Select, String, cast, literal, or_

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.introductions.models import STATE_LABELS, Introduction, IntroductionMove, IntroductionState
from matchmaker.contracts.introductions.queries import in_scope
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l

_ICONS = {IntroductionState.SIGNED: "circle-check", IntroductionState.FAILED: "circle-x"}


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = (
        or_(Introduction.enterprise_id == organisation_id, Introduction.provider_id == organisation_id),
        in_scope(reader),
    )
    return [
        event(Introduction.opened_at, "introduction.opened", Introduction.id, Introduction.title).where(*theirs),
        event(
            IntroductionMove.at,
            literal("introduction.") + cast(IntroductionMove.to_state, String),
            Introduction.id,
            Introduction.title,
        )
        .join(Introduction, Introduction.id == IntroductionMove.introduction_id)
        .where(*theirs),
    ]


SOURCE = Source(
    name="introductions",
    label=_l("Introductions"),
    acts={
        "introduction.opened": Act(
            _l("Introduction asked for"), "arrows-exchange", "introductions.show", "introduction_id"
        ),
        **{
            f"introduction.{state.value}": Act(
                _l("Introduction: %(state)s", state=label),
                _ICONS.get(state, "heart-handshake"),
                "introductions.show",
                "introduction_id",
            )
            for state, label in STATE_LABELS.items()
        },
    },
    selects=_events,
)
