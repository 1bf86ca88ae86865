"""What pages and exports ask of reports. Whoever asks has what is missing counted first
(reports.actions.counting.prepare).
"""

from datetime import date

from reports.conversations import Comparison, ConversationReport, Scores, Split
from reports.details import PAGE, SORTS, DetailPage, detail_page, key_pages, neighbours_of
from reports.levels import LevelsReport, levels
from reports.limits import TooMuch
from reports.selection import Selection
from reports.sums import Sums
from reports.work import OperatorReport, OperatorsTable, operator_detail, operators_table

__all__ = [
    "PAGE",
    "SORTS",
    "Comparison",
    "ConversationReport",
    "DetailPage",
    "LevelsReport",
    "OperatorReport",
    "OperatorsTable",
    "Scores",
    "Selection",
    "Split",
    "Sums",
    "TooMuch",
    "by_day",
    "by_department",
    "by_hour_and_weekday",
    "by_operator",
    "by_outcome",
    "comparison",
    "detail_page",
    "distribution_of_scores",
    "key_pages",
    "levels",
    "neighbours_of",
    "operator_detail",
    "operators_table",
    "summary",
]


def summary(selection: Selection) -> Sums:
    return ConversationReport(selection).summary


def by_day(selection: Selection) -> dict[date, Sums]:
    return ConversationReport(selection).by_day


def by_hour_and_weekday(selection: Selection) -> list[list[int]]:
    return ConversationReport(selection).by_hour_and_weekday


def distribution_of_scores(selection: Selection) -> Scores:
    return ConversationReport(selection).scores


def by_department(selection: Selection) -> list[Split]:
    return ConversationReport(selection).by_department


def by_operator(selection: Selection) -> list[Split]:
    return ConversationReport(selection).by_operator


def by_outcome(selection: Selection) -> list[Split]:
    return ConversationReport(selection).by_outcome


def comparison(selection: Selection) -> Comparison:
    return ConversationReport(selection).comparison
