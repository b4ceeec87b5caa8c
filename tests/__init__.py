"""Tests, from one function to the whole gateway as a villager meets it."""
