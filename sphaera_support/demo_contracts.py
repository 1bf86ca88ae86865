"""Of the demo: plans of support and contracts, by the actions themselves; one has run out."""

from datetime import date, datetime, timedelta

from chat.actions.changes import Doer
from chat.actions.contracts import ContractDraft, add_contract
from chat.actions.plans import PlanDraft, Term, add_plan
from departments.contracts.models import Plan
from departments.criticality import Criticality
from operators.models import Account

HOUR = 60  # minutes
BASIC, EXTENDED, PREMIUM = "Базовый", "Расширенный", "Премиум"
PLANS = (
    PlanDraft(
        name=BASIC,
        includes="Письма и кабинет. Чат — за плату.",
        has_chat=False,
        terms={
            Criticality.CRITICAL: Term(4 * HOUR, 24 * HOUR),
            Criticality.NORMAL: Term(8 * HOUR, None),
        },
    ),
    PlanDraft(
        name=EXTENDED,
        includes="Чат, письма, подключение к рабочему столу.",
        terms={
            Criticality.CRITICAL: Term(30, 8 * HOUR),
            Criticality.HIGH: Term(HOUR, 16 * HOUR),
            Criticality.NORMAL: Term(2 * HOUR, 40 * HOUR),
            Criticality.LOW: Term(8 * HOUR, 80 * HOUR),
        },
    ),
    PlanDraft(
        name=PREMIUM,
        includes="Всё из «Расширенного», телефон дежурного, выезд инженера.",
        terms={
            Criticality.CRITICAL: Term(15, 4 * HOUR, is_around_the_clock=True),
            Criticality.HIGH: Term(30, 8 * HOUR, is_around_the_clock=True),
            Criticality.NORMAL: Term(HOUR, 24 * HOUR),
            Criticality.LOW: Term(4 * HOUR, 40 * HOUR),
        },
    ),
)
BEGINS, ENDS = date(2026, 7, 1), date(2027, 6, 30)


def sign_contracts(administrator: Account, *, at: datetime) -> None:
    """Of both clients, and of one whose time is over; where there are no plans yet."""
    if Plan.with_deleted.exists():
        return
    doer = Doer(administrator)
    plans = {draft.name: add_plan(doer, draft, at=at).pk for draft in PLANS}
    over = at.date() - timedelta(days=40)
    for number, organisation, plan, begins, ends, customers in (
        ("СФ-2026/0418", "Волга-Логистик", EXTENDED, BEGINS, ENDS, ("client1",)),
        ("СФ-2026/0533", "Вектор", EXTENDED, BEGINS, ENDS, ("s.nazarov@vector.example",)),
        ("СФ-2025/0107", "Громов и К°", BASIC, over - timedelta(days=365), over, ("demo-rude",)),
    ):
        draft = ContractDraft(
            number=number,
            organisation=organisation,
            plan=plans[plan],
            begins_on=begins,
            ends_on=ends,
            customers=customers,
        )
        add_contract(doer, draft, at=at)
