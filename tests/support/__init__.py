"""What tests of whole gateways share: a world for stories, and patient looking."""
