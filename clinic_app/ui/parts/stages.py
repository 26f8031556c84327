"""The words of the stages of a case: the same in the list, on the strip and in what a step means."""

from __future__ import annotations

from typing import Final

from clinic_app.words import N_

STAGE_WORDS: Final = {
    "intake": N_("Talk"),
    "check": N_("Check"),
    "proof": N_("Proof"),
    "papers": N_("Papers"),
    "filed": N_("Filed"),
    "follow": N_("Follow"),
    "closed": N_("Closed"),
}
"""By the id of the stage (`domain.work.STAGES`)."""
