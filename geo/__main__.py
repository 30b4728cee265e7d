"""``python -m geo`` is the ``claims`` command."""

import sys

from geo.cli.main import main

sys.exit(main())
