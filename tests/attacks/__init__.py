"""Attacks as an adversary tries them; rows.csv says which test answers which row of the battery."""
