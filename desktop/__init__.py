"""County Desk (骨干教师工作台): the year of the backbone teachers, on paper and on a USB drive."""

__version__ = "0.1.0"
