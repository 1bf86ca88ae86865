from chat.consumers.operator import OperatorConsumer
from chat.consumers.visitor import VisitorConsumer

__all__ = ["OperatorConsumer", "VisitorConsumer"]
