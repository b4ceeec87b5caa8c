"""Provinces and districts of Lao PDR, and the ways people write them."""
