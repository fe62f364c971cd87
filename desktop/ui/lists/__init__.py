"""Lists of records: what is loaded, how it is searched and shown."""
