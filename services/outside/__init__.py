"""Keys and acts of people outside the deployment, each in a folder of its own that no server reads.

A witness signs checkpoints and attests escrow; the holder of a secret commits to it and hands it over
after the beacon. The server imports `seal` only, to seal its own secret to the superior.
"""
