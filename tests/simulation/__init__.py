"""Statistics shown by simulation: what is planted is found, what is not planted is not."""
