"""Performance and agreement figures, side by side with peers: `make bench`."""
