"""Paper on the screen and to the printer: the pages of one PDF, looked at and printed from the same bytes."""
