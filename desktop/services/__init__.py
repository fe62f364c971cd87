"""Use cases that change the database; the first argument is the session of one Act."""
