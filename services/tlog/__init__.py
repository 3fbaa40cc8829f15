"""The deployment's public log: C2SP tlog-tiles files, signed checkpoints, proofs, cosignatures."""
