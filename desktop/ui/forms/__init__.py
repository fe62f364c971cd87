"""The form beside the list: editors by kind, child lines, saving, history in sentences."""
