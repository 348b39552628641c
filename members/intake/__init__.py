"""People from a spreadsheet, on a page: tried first, written when somebody says so."""
