"""The commands without a window, one file for each area; `cli` declares their words, these carry them out."""
