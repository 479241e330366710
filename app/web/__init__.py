"""Read requests and write pages. The rules of what a person can do are in `services`."""
