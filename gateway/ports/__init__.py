"""What the services need of the outside, said as interfaces and records."""
