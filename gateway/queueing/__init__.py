"""Wake-ups and rates over Redis or Valkey; everything here can be lost."""
