"""What the templates of the bar «Идентификация» are given."""

from typing import Any

from django.utils.translation import gettext as _

from chat.contracts import Found, State
from chat.identification import Identification, Judged, Saying
from chat.models import Judgement, Origin, SettledValue, Step
from chat.zone.contract_line import contract_line
from departments.criticality import Criticality, Impact, Urgency


def bar_shown(found: Identification, *, may_judge: bool) -> dict[str, Any]:
    """What _identification.html shows. The fifth step is done by software and version together."""
    steps = found.steps
    done = [
        *(steps[step].is_done for step in (Step.NAME, Step.CONTRACT, Step.PLAN)),
        found.judged is not None,
        steps[Step.SOFTWARE].is_done and steps[Step.VERSION].is_done,
    ]
    return {
        "of_visitor": [step_row(found, one) for one in (Step.NAME, Step.CONTRACT, Step.PLAN)],
        "judgement": judgement_row(found.judged),
        "of_conversation": [step_row(found, one) for one in (Step.SOFTWARE, Step.VERSION)],
        "done": sum(done),
        "total": len(done),
        "marks": sorted(done, reverse=True),
        "may_judge": may_judge,
    }


def step_row(
    found: Identification,
    step: Step,
    *,
    typed: str | None = None,
    error: str = "",
    is_conflict: bool = False,
) -> dict[str, Any]:
    """`text` is what stands in the field: what counts, unless something else is typed."""
    here = found.steps[step]
    counts = here.counts
    return {
        "step": step.value,
        "key": _KEYS.get(step, ""),
        "title": step.label,
        "dom": f"identified-{step.value}",
        "text": here.value if typed is None else typed,
        "saved": here.value,
        "said": here.value,
        "most": SettledValue.MOST,
        "is_done": here.is_done,
        "is_verified": here.is_verified,
        "is_disputed": here.is_disputed,
        "origin": _origin(counts) if counts else "",
        "at": counts.at if counts else None,
        "may_be_said": counts is not None and counts.origin == Origin.ENTERED,
        "others": [
            {"origin": str(one.origin.label), "value": one.value, "at": one.at}
            for one in here.others
        ],
        "remarks": _remarks(found.contract, step),
        "error": error,
        "is_conflict": is_conflict,
    }


# Of the shortcut that goes there.
_KEYS = {Step.NAME: 1, Step.CONTRACT: 2, Step.PLAN: 3, Step.SOFTWARE: 5}


def _origin(counts: Saying) -> str:
    """«ввёл оператор: Илья Воронцов»; who chose what a source says is named too."""
    return f"{counts.origin.label}: {counts.by}" if counts.by else str(counts.origin.label)


def _remarks(found: Found, step: Step) -> list[str]:
    """What is odd about the contract, in words; nobody is refused a talk for it."""
    line = contract_line(found)
    if line is None or step not in (Step.CONTRACT, Step.PLAN):
        return []
    held = found.held
    if step == Step.PLAN:
        return [] if held is None or held.has_chat else [_("План без права на чат.")]
    if held is None or found.unknown:
        return [str(words) for words in line["remarks"][:1]]
    if held.state == State.IN_FORCE:
        return []
    words = _("Договор %(number)s: %(term)s.")
    return [words % {"number": held.number, "term": line["term"]}]


def judgement_row(judged: Judged | None) -> dict[str, Any]:
    impact = judged.impact if judged else None
    urgency = judged.urgency if judged else None
    return {
        "criticality": judged.criticality if judged else None,
        "impact": impact or "",
        "urgency": urgency or "",
        "impacts": [(one.value, one.label) for one in Impact],
        "urgencies": [(one.value, one.label) for one in Urgency],
        "criticalities": [(one.value, one.label) for one in Criticality],
        "why": judged.why if judged else "",
        "reason": judged.reason if judged else "",
        "most": Judgement.MOST_REASON,
        "by": judged.by if judged else "",
        "at": judged.at if judged else None,
    }
