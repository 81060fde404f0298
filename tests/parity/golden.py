"""The harness of scenarios.py: registers scenarios, runs each on a fresh database, counts statements, writes JSON."""

import json
import platform

import sqlalchemy
from sqlalchemy import create_engine, event, exc
from sqlalchemy.orm import Session, joinedload, lazyload, raiseload, selectinload, subqueryload
from sqlalchemy.pool import StaticPool

from models import seed

LOADERS = {
    "select": lazyload, "joined": joinedload, "subquery": subqueryload, "selectin": selectinload, "raise": raiseload,
}
FOUR = ["select", "joined", "subquery", "selectin"]
EAGER = ["joined", "subquery", "selectin"]
NOT_LOADED = "not loaded"

SCENARIOS = {}


def scenario(name, *variants, prepare=None, foreign_keys=False, differs=None):
    """Register a function as a scenario, once a variant.

    A variant is a strategy, or strategies joined by " > "; the function gets the session and one loader option a
    strategy. `prepare` changes the database before statements are counted. `differs` says where ormcore answers
    otherwise on purpose: {variant: (reason, {"results": .., "statements": .., "ranges": ..})}, "" where there are no
    variants; `ranges` is the number of statements where the database prefers ranges of keys to lists.
    """

    def register(function):
        for variant in variants or [""]:
            full = f"{name}: {variant}" if variant else name
            assert full not in SCENARIOS, full
            loaders = [LOADERS[part] for part in variant.split(" > ")] if variant else []
            SCENARIOS[full] = (function, loaders, prepare, foreign_keys, (differs or {}).get(variant))
        unknown = set(differs or {}) - set(variants or [""])
        assert not unknown, unknown
        return function

    return register


def pairs(outer, inner):
    """Variants of two levels."""
    return [f"{a} > {b}" for a in outer for b in inner]


def plan(loaders, *path):
    """The loader option along a path of relationships, one loader each."""
    option = loaders[0](path[0])
    for loader, attribute in zip(loaders[1:], path[1:]):
        option = getattr(option, loader.__name__)(attribute)
    return option


def rows(session, statement):
    """The objects that a statement gives, each once."""
    return session.scalars(statement).unique().all()


def loaded(read):
    """What `read` gives, or the words "not loaded"."""
    try:
        return read()
    except exc.InvalidRequestError as error:
        assert "lazy='raise'" in str(error), error
        return NOT_LOADED


def run(function, loaders, prepare, foreign_keys):
    """The results and the number of statements of one scenario."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    if foreign_keys:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    with engine.begin() as connection:
        seed(connection)
        if prepare:
            prepare(connection)
    seen = []

    @event.listens_for(engine, "before_cursor_execute")
    def count(_connection, _cursor, statement, *_):
        if statement.split()[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            seen.append(statement)

    with Session(engine, expire_on_commit=False) as session:
        results = function(session, *loaders)
    engine.dispose()
    return results, len(seen)


def golden():
    """The golden file as text: keys sorted, each scenario's results on one line."""
    lines = []
    for name, (function, loaders, prepare, foreign_keys, differs) in sorted(SCENARIOS.items()):
        results, statements = run(function, loaders, prepare, foreign_keys)
        fields = {"name": name, "results": results, "statements": statements}
        if differs:
            reason, ormcore = differs
            fields["differs"] = reason
            fields["ormcore"] = {"results": results, "statements": statements} | ormcore
            assert fields["ormcore"] != {"results": results, "statements": statements}, f"{name} does not differ"
        text = ",\n".join(
            f"      {json.dumps(key)}: {json.dumps(value, sort_keys=True, ensure_ascii=False)}"
            for key, value in sorted(fields.items())
        )
        lines.append(f"    {{\n{text}\n    }}")
    scenarios = ",\n".join(lines)
    return (
        f'{{\n  "python": {json.dumps(platform.python_version())},\n  "scenarios": [\n{scenarios}\n  ],\n'
        f'  "sqlalchemy": {json.dumps(sqlalchemy.__version__)}\n}}\n'
    )
