"""The board pack: a report as at most six pages for a board."""
