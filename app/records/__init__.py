"""Tables, each beside the queries that use it. A query is a function with a name; the caller owns the transaction."""
