"""The documentation shows the tables that the program follows; every state can be reached and none is a trap."""

from collections.abc import Mapping
from typing import Any

import pytest

from matchmaker.resources import ROOT
from matchmaker.vouchers.clearing import rules as batches
from matchmaker.vouchers.clearing.models import STATE_LABELS as BATCH_LABELS
from matchmaker.vouchers.clearing.models import BatchState
from matchmaker.vouchers.redemptions import rules as claims
from matchmaker.vouchers.redemptions.models import OVER, RedemptionState
from matchmaker.vouchers.redemptions.models import STATE_LABELS as CLAIM_LABELS

MACHINES: dict[str, tuple[Mapping[str, Any], Mapping[Any, Any], Any, tuple[Any, ...]]] = {
    "claim": (claims.STEPS, CLAIM_LABELS, RedemptionState.DRAFT, OVER),
    "batch": (
        batches.STEPS,
        BATCH_LABELS,
        BatchState.OPEN,
        (BatchState.SETTLED, BatchState.PARTLY_FAILED, BatchState.DISSOLVED),
    ),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_documentation_shows_the_table_that_is_followed(machine: str) -> None:
    steps, labels, _first, _over = MACHINES[machine]
    text = (ROOT / "docs" / "redemptions.md").read_text(encoding="utf-8")

    for step in steps.values():
        sources = ", ".join(str(labels[state]) for state in step.sources)
        assert f"| {step.label} | {sources} | {labels[step.to]} | {step.who} | {step.effect} |\n" in text


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_is_reached_and_only_ends_lead_nowhere(machine: str) -> None:
    steps, labels, first, over = MACHINES[machine]
    reached = {first} | {step.to for step in steps.values()}
    left = {state for step in steps.values() for state in step.sources}

    assert reached == set(labels)
    assert set(labels) - left == set(over)
