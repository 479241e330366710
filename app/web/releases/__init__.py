"""What the pages at `/data` tell, as values; templates only place them."""
