"""Serve the resident's survey page, the help point and the paper form."""
