"""The harness of session_scenarios.py: what a session asks and writes, and which rows are there in the end."""

import json
import re
import warnings
from itertools import groupby

import sqlalchemy
from sqlalchemy import create_engine, event, exc, text
from sqlalchemy.orm import Session, exc as orm_exc
from sqlalchemy.pool import StaticPool

from session_models import SHOWN, Base

SCENARIOS = {}
WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?(?: SET (.*?) WHERE)?', re.DOTALL)


def scenario(name, differs=None, **options):
    """Register a function of a session and its trace as a scenario.

    `options` are those of the session. `differs` says where ormcore answers otherwise on purpose:
    (reason, {"results": .., "rows": ..}).
    """

    def register(function):
        assert name not in SCENARIOS, name
        SCENARIOS[name] = (function, options, differs)
        return function

    return register


class Trace:
    """What ran since it was last looked at."""

    def __init__(self, engine):
        self.engine, self.seen = engine, []
        event.listen(engine, "before_cursor_execute", self._keep)

    def _keep(self, _connection, _cursor, statement, *_):
        if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            self.seen.append(statement)

    def clear(self):
        self.seen.clear()

    def reads(self):
        """How many SELECTs ran."""
        count = sum(statement.startswith("SELECT") for statement in self.seen)
        self.clear()
        return count

    def statements(self):
        """How many statements ran."""
        count = len(self.seen)
        self.clear()
        return count

    def writes(self):
        """The kinds of statements that wrote, in order, those of one kind once."""
        kinds = [self._kind(statement) for statement in self.seen if not statement.startswith("SELECT")]
        self.clear()
        return [kind for kind, _ in groupby(kinds)]

    @staticmethod
    def _kind(statement):
        verb, table, columns = WRITE.match(statement).groups()
        kind = f"{verb.split()[0]} {table}"
        names = sorted(re.findall(r"(\w+)=", columns or ""))
        return f"{kind} ({', '.join(names)})" if names else kind

    def run(self, statement):
        """Runs SQL beside the session, which is in no transaction then."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(statement)
        self.clear()


def saved(s, t, *rows):
    """The rows, in the database; what it took is not looked at."""
    s.add_all(rows)
    s.commit()
    t.clear()
    return rows


def fails(work):
    """The kind of the error, in words."""
    try:
        work()
    except exc.IntegrityError as error:
        return str(error.orig).split(" constraint failed")[0].lower()
    except orm_exc.StaleDataError:
        return "stale"
    except exc.CircularDependencyError:
        return "circle"
    except exc.InvalidRequestError as error:
        return "gone" if "Could not refresh" in str(error) else "refused"
    return "nothing"


def prepare(connection, _record):
    """Lets SQLite check foreign keys, and SQLAlchemy begin transactions: Python's module would begin them too late."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def run(function, options):
    """The results of a scenario, and what is in the database after it."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    trace = Trace(engine)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Session(engine, **({"expire_on_commit": False} | options)) as session:
            results = function(session, trace)
    shown = {}
    with engine.connect() as connection:
        for table, statement in SHOWN.items():
            if rows := sorted(connection.scalars(text(statement))):
                shown[table] = rows
    engine.dispose()
    return results, shown


def golden():
    """The golden file as text: keys sorted, each scenario's results on one line."""
    parts = []
    for name, (function, options, differs) in sorted(SCENARIOS.items()):
        results, rows = run(function, options)
        fields = {"name": name, "results": results, "rows": rows}
        if differs:
            reason, ormcore = differs
            fields["differs"] = reason
            fields["ormcore"] = {"results": results, "rows": rows} | ormcore
            assert fields["ormcore"] != {"results": results, "rows": rows}, name + " does not differ"
        shown = {key: json.dumps(value, sort_keys=True) for key, value in sorted(fields.items())}
        lines = [f"      {json.dumps(key)}: {value}" for key, value in shown.items()]
        parts.append("    {\n" + ",\n".join(lines) + "\n    }")
    tables = ",\n".join(f"    {json.dumps(table)}: {json.dumps(sql)}" for table, sql in sorted(SHOWN.items()))
    scenarios = ",\n".join(parts)
    return (
        f'{{\n  "scenarios": [\n{scenarios}\n  ],\n  "shown": {{\n{tables}\n  }},\n'
        f'  "sqlalchemy": {json.dumps(sqlalchemy.__version__)}\n}}\n'
    )
