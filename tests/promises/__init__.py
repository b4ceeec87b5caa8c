"""What the gateway promises in writing, one file each."""
