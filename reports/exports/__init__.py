"""Taking out what a page shows: the page's own query, as CSV or XLSX."""
