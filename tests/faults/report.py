"""The figures of a run as a plain table, and what was violated."""

from collections import Counter
from collections.abc import Sequence

from tests.faults.run import Options, Outcome

RULES = [
    ("lost", "acknowledged but not stored"),
    ("doubled", "stored twice"),
    ("undelivered", "never seen by a participant"),
    ("out of order", "out of order"),
    ("foreign", "seen by somebody else"),
    ("gaps", "gaps in a numbering or a stream"),
    ("invented", "stored or shown but never sent"),
    ("altered", "text altered"),
    ("two owners", "accepted by two operators"),
    ("miscounted", "owners kept otherwise than the log tells"),
    ("thrown out", "closed as a wrongdoer, or by a failed server"),
    ("unanswered", "sent, neither acknowledged nor refused"),
    ("late", "late: answer or return over 10 s, delivery over 5 s"),
]
SHOWN = 20


def table(options: Options, outcome: Outcome) -> str:
    count = Counter(event.ev for event in outcome.checker.events)
    kinds = Counter(outcome.suffered)
    lines = [
        ("mode, seed, seconds", f"{options.mode}, {options.seed}, {outcome.seconds:.0f}"),
        ("faults", f"{kinds.total()}: " + ", ".join(f"{n} {k}" for k, n in kinds.most_common())),
        ("messages sent", str(len(outcome.checker.sends))),
        ("acknowledged; refused", f"{count['ack']}; {count['nack']}"),
        ("stored, system lines included", str(len(outcome.checker.record.rows))),
        ("received live; afresh", f"{count['recv']}; {count['cold']}"),
        ("connections broken", str(count["disc"])),
        ("sent again; put off", f"{resends(outcome)}; {count['retry']}"),
        ("gaps healed; known already", f"{count['gap']}; {count['again']}"),
        ("answer, s: p50, p99, longest", spread(outcome.waits.acks)),
        ("delivery, s: p50, p99, longest", spread(outcome.waits.deliveries)),
        ("away, s: p50, p99, longest", spread(outcome.waits.reconnects)),
        ("", ""),
        *((what, str(outcome.verdict.count(rule))) for rule, what in RULES),
    ]
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {value}".rstrip() for name, value in lines)


def resends(outcome: Outcome) -> int:
    sends = sum(event.ev == "send" for event in outcome.checker.events)
    return sends - len(outcome.checker.sends)


def spread(values: Sequence[float]) -> str:
    if not values:
        return "-"
    ordered = sorted(values)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99))
    return f"{p50:.3f}, {p99:.3f}, {ordered[-1]:.3f}"


def violations(outcome: Outcome) -> str:
    found = outcome.verdict.violations
    lines = [f"{violation.rule}: {violation.what}" for violation in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"and {len(found) - SHOWN} more")
    return "\n".join(lines)
