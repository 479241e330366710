"""What published reports claim of a simulated city whose truth is known."""
