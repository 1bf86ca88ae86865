"""Marks that operators of this process were handed a visitor's messages."""

import asyncio

from chat.broadcasts import marks

DELIVERED_AFTER = 0.2  # seconds in which deliveries gather into one mark


class DeliveredMarks:
    """One mark for each visitor, however many colleagues were handed the same."""

    def __init__(self) -> None:
        self._noted: dict[int, int] = {}

    def note(self, visitor_id: int, seq: int) -> None:
        """A socket was handed everything up to `seq` in the visitor's numbering."""
        if not self._noted:
            asyncio.get_running_loop().call_later(DELIVERED_AFTER, self._tell)
        self._noted[visitor_id] = max(seq, self._noted.get(visitor_id, 0))

    def _tell(self) -> None:
        noted, self._noted = self._noted, {}
        for visitor_id, seq in noted.items():
            marks.delivered_to_operator(visitor_id, seq)
