"""Show data sets for researchers at `/data`."""
