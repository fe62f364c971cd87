"""The parts of the pages of training: the list of classes, the desk of one class, and the pieces on its tabs.

A tab of the class desk is a `Piece` (piece.py). To add one:

1. Write it as a subclass of `Piece` in a file of its own in this folder. `show_class(uid)` is called when the piece
   comes to the front with another class, `refresh()` when something it READS was changed or it comes back to the front.
2. Read the database with `self.read(work, take)`, which never blocks the window, and change it with
   `self.write(name, work, then)`: one Act, named for the undo menu, refused in a sentence.
3. Add its line to PIECES in pieces.py, where the clerk would look for it.

A page beside the class desk, such as 学时台账 or 培训统计, is a `Page` in ui/pages and a line in PAGES of
ui/screens.py, in the group 培训; its help is the topic "training" or a page of its own.
"""
