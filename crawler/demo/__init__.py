"""The embedded default: a small stand-in for Ofsted's site, and reports in the layout of the real ones.

`demo_site` builds it from `authorities.yml` (true dates and grades, each with its source); tests serve other sites of
the same markup from it. Nothing here is imported by a run over the live sites.
"""
