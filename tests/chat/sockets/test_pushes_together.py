"""What one action tells crosses the layer once for each way that it goes."""

from chat.streams import MOST_PARTS, carrier, together


def told(*groups):
    """(carrier, groups in their order) of each message, after these were told one by one."""
    parts = [
        {"group": carrier(group), "parts": [{"group": group, "number": number}]}
        for number, group in enumerate(groups)
    ]
    return [
        (message["group"], [(part["group"], part["number"]) for part in message["parts"]])
        for message in together(parts)
    ]


def test_what_goes_the_same_way_goes_together_and_in_order():
    assert told("visitor.1", "staff.1", "visitor.1") == [
        ("person.1", [("visitor.1", 0), ("staff.1", 1), ("visitor.1", 2)])
    ]


def test_what_comes_together_comes_as_late_as_the_last_of_it():
    """Who has lost a conversation hears that before what is said in it then."""
    assert told("visitor.1", "account.7", "staff.1") == [
        ("account.7", [("account.7", 1)]),
        ("person.1", [("visitor.1", 0), ("staff.1", 2)]),
    ]


def test_very_many_go_in_several_messages():
    sent = told(*["department.1"] * (MOST_PARTS + 1))
    assert [len(parts) for _carrier, parts in sent] == [MOST_PARTS, 1]
