"""`python3 -m tools COMMAND`: what the Makefile calls.

Must parse on any Python 3: an old `python3` looks for a newer one instead of failing with a syntax error.
"""

import sys

from tools.interpreters import SERVICE_VERSIONS, run_again_with_newer_python

if sys.version_info < SERVICE_VERSIONS[0]:
    run_again_with_newer_python()

from tools.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
