"""Settings of Sphinx for the site of the documents: docs/build."""

project = "Nexus"
author = "The Nexus authors"
copyright = "The Nexus authors"
extensions = ["myst_parser"]
master_doc = "index"
html_theme = "furo"
html_title = "Nexus"
html_show_sphinx = False
html_copy_source = False
# The search works without a server; summaries of its results would load pages, which browsers refuse for files.
html_show_search_summary = False
# The anchors are those of GitHub, so that links work in both.
myst_heading_anchors = 4
# JSON with comments, and documents that begin with another level than the first.
suppress_warnings = ["misc.highlighting_failure", "myst.header"]
