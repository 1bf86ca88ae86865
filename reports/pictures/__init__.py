"""Pictures of reports, drawn on the server as SVG: data in, a Picture out. Pure."""

from reports.pictures.band import band
from reports.pictures.bars import Stacks, sparkline, stacked_bars
from reports.pictures.heat import heat_map
from reports.pictures.lines import line_picture
from reports.pictures.picture import Label, Picture, Series
from reports.pictures.shares import Part, share_bars
from reports.pictures.timeline import Day, Span, timeline

__all__ = [
    "Day",
    "Label",
    "Part",
    "Picture",
    "Series",
    "Span",
    "Stacks",
    "band",
    "heat_map",
    "line_picture",
    "share_bars",
    "sparkline",
    "stacked_bars",
    "timeline",
]
