"""The reference jobcenter hub: one process that keeps what the laptops save, merges it and hands it on."""
