"""Other people's systems: what is read from them and what is handed to them."""
