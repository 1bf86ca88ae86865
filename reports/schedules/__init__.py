"""Reports by e-mail, weekly or monthly: the table of a page, of the week or month that is over."""
