"""From landed bytes to published marts: load, extract, build, check, publish, and the command line."""
