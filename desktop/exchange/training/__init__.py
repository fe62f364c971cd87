"""What comes in for a class: scores and times of attendance, from workbooks or pasted, matched to its trainees."""
