"""What is derived of training: attendance, results, timetables, class files, the ledger of hours, statistics."""
