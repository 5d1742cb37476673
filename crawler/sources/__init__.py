"""The sources: a folder each, with its declaration, its spider and its parse functions."""
