"""Reading documents: pure functions from page texts to facts with evidence. Only `pages` knows what a PDF is."""
