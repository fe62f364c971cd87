"""The pages of the window, one file each; loaded when first opened."""
