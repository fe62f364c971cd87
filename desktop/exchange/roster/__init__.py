"""Rosters as schools send them: from plain cells to a plan that a clerk confirms."""
