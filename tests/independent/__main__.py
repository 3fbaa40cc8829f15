"""`python -m tests.independent FILE [--trust FILE]`."""

import sys

from .checker import main

sys.exit(main())
