"""The only floor that touches clock, environment, files and network: doors and wiring."""
