"""Other systems that are told of cases."""
