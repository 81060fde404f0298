-- What files of many years and hands hold.
CREATE TABLE old (
    id INTEGER PRIMARY KEY,
    "from" TEXT DEFAULT hello,
    code VARCHAR(80) CHECK (length(code) <= 7) CHECK (length(code) <= 9),
    made DATETIME DEFAULT '0000-00-00 00:00:00',
    day DATE DEFAULT '',
    flag BOOLEAN DEFAULT 'yes',
    count INT UNSIGNED DEFAULT '',
    size INTEGER DEFAULT (abs(-5)),
    cost DECIMAL(10,2) DEFAULT 0.00,
    data BLOB DEFAULT x'00ff',
    kind TEXT CHECK (kind IN ('a', 'b') -- of the form
        OR kind = ''),
    "a""b" TEXT DEFAULT "it's ""q""" -- quoted
);
CREATE INDEX "by ""kind""" ON old ("a""b" COLLATE NOCASE DESC, lower("from") || '"x"' COLLATE NOCASE DESC, kind) WHERE "kind" <> 'it''s';
CREATE INDEX twice ON old (kind, kind DESC);
CREATE UNIQUE INDEX down ON old (count DESC);
CREATE TABLE no_key (a TEXT NOT NULL, b INTEGER NOT NULL);
CREATE UNIQUE INDEX no_key_down ON no_key (b DESC, a);
-- A key whose order is not that of the columns, pointed to without names.
CREATE TABLE turned (a TEXT NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (b, a));
CREATE TABLE of_turned (id INTEGER PRIMARY KEY, x INTEGER, y TEXT, FOREIGN KEY (x, y) REFERENCES turned);
CREATE TABLE of_old (id INTEGER PRIMARY KEY, old_id INTEGER REFERENCES old, at INTEGER);
CREATE INDEX of_old_newest ON of_old (old_id, at DESC);
CREATE TABLE exact (
    id INTEGER PRIMARY KEY,
    a INT NOT NULL, b REAL, c TEXT COLLATE NOCASE UNIQUE, d BLOB, e ANY, f INTEGER AS (a + 1) VIRTUAL, g TEXT AS (c || '''') STORED
) STRICT;
CREATE INDEX exact_f ON exact (f, g DESC);
CREATE TABLE " lead" (" id" INTEGER PRIMARY KEY, "x " TEXT, FOREIGN KEY (" id") REFERENCES old (id));
-- Keys, defaults and marks.
CREATE TABLE "weird;--""*/" (id INTEGER PRIMARY KEY DESC, "insert" TEXT, "key" TEXT, "new" TEXT);
CREATE TABLE backwards (a TEXT, b INT, c TEXT DEFAULT -1, PRIMARY KEY (b DESC, a COLLATE NOCASE)) STRICT, WITHOUT ROWID;
CREATE TABLE of_backwards (x INT, y TEXT, FOREIGN KEY (x, y) REFERENCES backwards ON DELETE CASCADE, UNIQUE (y, x) ON CONFLICT REPLACE);
CREATE TABLE copied AS SELECT id, code, cost, made FROM old;
CREATE TABLE filled (
    id INTEGER NOT NULL UNIQUE,
    a INTEGER NOT NULL DEFAULT -1, b INTEGER DEFAULT +1, c REAL DEFAULT 1e3, d INTEGER DEFAULT 0x10, e BOOLEAN DEFAULT (1=1),
    f JSON DEFAULT (json('{}')), g BOOLEAN NOT NULL DEFAULT 2, h DATETIME DEFAULT CURRENT_TIMESTAMP, i DATETIME DEFAULT (datetime('now')),
    j UUID DEFAULT '', k TEXT DEFAULT NULL, l TIME DEFAULT '10:00', m DATE DEFAULT '2020-1-1', n DECIMAL(10,2) DEFAULT '',
    o TEXT DEFAULT TRUE, p BLOB DEFAULT 'abc', q REAL DEFAULT 'x', CHECK(a>-5)CHECK(b<5)
);
CREATE UNIQUE INDEX filled_partly ON filled (a DESC) WHERE b > 0;
CREATE INDEX filled_marks ON filled ((a), +b, (k) COLLATE NOCASE, 1, [l] DESC);
CREATE TABLE "Row" (id INTEGER PRIMARY KEY, "A" TEXT, check_ TEXT CHECK ("A" <> check_));
CREATE TABLE results (id INTEGER PRIMARY KEY, query_id INTEGER REFERENCES "Row");
CREATE TABLE drafts (id INTEGER PRIMARY KEY, result_id INTEGER REFERENCES RESULTS (ID));
