"""Packages: writing one to a drive, looking into one, merging one, with its receipt."""
