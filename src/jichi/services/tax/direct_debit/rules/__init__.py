"""Rules of registering and debiting. Pure."""
