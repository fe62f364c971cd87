"""Official forms on paper: geometry, fonts, blocks, and one file for each business area."""
