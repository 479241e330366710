"""Sign members of staff in by the single sign-on of their organization (OpenID Connect)."""
