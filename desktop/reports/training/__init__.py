"""The sheets of training: a class from plan to certificate (F11–F19), places and names, hours, statistics."""
