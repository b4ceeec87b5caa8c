"""RapidPro: flows exported from it become flows and messages of this gateway."""
