"""The verifier: numbered steps V1 to V13, each a function that says in words what it checks."""

from policies.verify.run import STEPS, verify
from policies.verify.verdict import ASSUME_WORDS, STEP_WORDS, Step, Verdict

__all__ = ["ASSUME_WORDS", "STEPS", "STEP_WORDS", "Step", "Verdict", "verify"]
