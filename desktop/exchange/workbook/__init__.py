"""Workbooks: reading any file a school sends into plain cells, and writing lists, templates and error copies."""
