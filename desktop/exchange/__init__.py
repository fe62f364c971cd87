"""What goes out and what comes in: workbooks, packages, plans, keys, receipts."""
