"""What SQLAlchemy's session does, scenario by scenario: the golden file of the session's part of the parity test.

    venv/bin/python tests/parity/session_scenarios.py           # writes session.json beside this file
    venv/bin/python tests/parity/session_scenarios.py --check   # fails if session.json is not what SQLAlchemy does

`venv` is that of scenarios.py. Each scenario is a sequence of operations on a session over an empty database. It ends
in a JSON value (what was written and in which order, which objects are the same, the values in hand, the kinds of
errors), and the rows that are in the database when the session is closed. `session.rs` does the same with ormcore and
compares. `differs` says where ormcore answers otherwise on purpose, and `ormcore` what it answers.
"""

import sys
from pathlib import Path

# Each registers its scenarios.
import session_cascades  # noqa: F401
import session_identity  # noqa: F401
import session_order  # noqa: F401
import session_transactions  # noqa: F401
from session_golden import golden


def main():
    file = Path(__file__).with_name("session.json")
    text = golden()
    if "--check" in sys.argv:
        sys.exit(0 if file.read_text(encoding="utf-8") == text else "session.json is not what SQLAlchemy does")
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
