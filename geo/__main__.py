"""``python -m geo`` is the ``claims`` command."""

import sys

from geo.cli import main

sys.exit(main())
