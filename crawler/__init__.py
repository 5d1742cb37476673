"""Walks the sources and lands what they serve: spiders, landing area, politeness, pure parse functions."""
