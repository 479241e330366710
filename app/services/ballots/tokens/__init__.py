"""Give a code's holder a blind-signed token (RFC 9474), so that the server that sees the code never sees the token."""
