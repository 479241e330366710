"""The operators' console at `/staff`: every page for one role or several, every act in the audit log.

`doors` is the table of all addresses, who may open them and what is written down; `reception` stands in front of each.
"""
