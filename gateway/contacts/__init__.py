"""People by their phone: numbers, consent, and when it is safe to write."""
