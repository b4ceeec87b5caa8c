"""What every channel promises, proven for each of them against its provider's own tools."""
