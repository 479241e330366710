"""Take a resident's answers in: check them, limit floods and store them durably."""
