-- Names, keys and types that nobody should choose, and somebody did.
CREATE TABLE keywords (
    id INTEGER PRIMARY KEY,
    "as" integer, "async" integer, "crate" integer, "fn" integer, "gen" integer, "loop" integer, "self" integer,
    "super" integer, "try" integer, "type" integer, "where" integer, "union" integer, "Self Service" integer
);
-- What the derive and its functions call things.
CREATE TABLE locals (
    "row" integer NOT NULL, "db" integer NOT NULL, "table" integer NOT NULL, "columns" integer NOT NULL,
    "schema" integer NOT NULL, "new" integer NOT NULL, "_" integer NOT NULL, "1" integer NOT NULL, "2x" integer NOT NULL,
    PRIMARY KEY ("2x", "1")
);
CREATE TABLE methods (
    id INTEGER PRIMARY KEY,
    all_id bigint REFERENCES keywords (id), delete_id bigint REFERENCES keywords (id), find_id bigint REFERENCES keywords (id),
    new_id bigint REFERENCES keywords (id), query_id bigint REFERENCES keywords (id), clone_id bigint REFERENCES keywords (id)
);
CREATE TABLE "Model" (id INTEGER PRIMARY KEY);
CREATE TABLE models (id INTEGER PRIMARY KEY, who bigint REFERENCES keywords (id));
CREATE TABLE "Debug" (id INTEGER PRIMARY KEY, who bigint UNIQUE REFERENCES keywords (id));
CREATE TABLE vec (id INTEGER PRIMARY KEY);
CREATE TABLE "a.b" (id INTEGER PRIMARY KEY, "x	y" text);
CREATE TABLE "日本" (id INTEGER PRIMARY KEY);
CREATE TABLE " " (id INTEGER PRIMARY KEY);

-- Keys that lead in a circle, to their own table, or share columns.
CREATE TABLE ring_a (id INTEGER PRIMARY KEY, b_id bigint REFERENCES ring_b (id));
CREATE TABLE ring_b (id INTEGER PRIMARY KEY, a_id bigint REFERENCES ring_a (id));
CREATE TABLE tree (
    shop integer NOT NULL,
    id integer NOT NULL,
    above integer,
    PRIMARY KEY (shop, id),
    FOREIGN KEY (shop, above) REFERENCES tree (shop, id)
);
CREATE TABLE two_ways (
    id INTEGER PRIMARY KEY,
    shop integer NOT NULL,
    x integer,
    y integer,
    z integer,
    FOREIGN KEY (shop, x) REFERENCES tree (shop, id) ON DELETE SET NULL,
    FOREIGN KEY (shop, y) REFERENCES tree (shop, id),
    FOREIGN KEY (x, y) REFERENCES tree (shop, id),
    FOREIGN KEY (x, z) REFERENCES tree (shop, id)
);
CREATE TABLE tree_rings (
    shop integer NOT NULL,
    id integer NOT NULL,
    ring bigint NOT NULL REFERENCES ring_a (id),
    PRIMARY KEY (shop, id, ring),
    FOREIGN KEY (shop, id) REFERENCES tree (shop, id)
);
CREATE TABLE seven (a int, b int, c int, d int, e int, f int, g int, PRIMARY KEY (a, b, c, d, e, f, g));
CREATE TABLE of_seven (
    id INTEGER PRIMARY KEY, a int, b int, c int, d int, e int, f int, g int, FOREIGN KEY (a, b, c, d, e, f, g) REFERENCES seven
);
CREATE TABLE chain_a (id smallint PRIMARY KEY);
CREATE TABLE chain_b (id integer PRIMARY KEY REFERENCES chain_a (id));
CREATE TABLE chain_c (id bigint PRIMARY KEY REFERENCES chain_b (id));
CREATE TABLE double_key (id INTEGER PRIMARY KEY, a bigint REFERENCES ring_a (id) REFERENCES ring_b (id));
CREATE TABLE setter (
    id INTEGER PRIMARY KEY,
    a bigint NOT NULL REFERENCES ring_a (id) ON DELETE SET NULL ON UPDATE SET DEFAULT,
    b bigint DEFAULT 5 REFERENCES ring_a (id) ON DELETE SET DEFAULT
);

CREATE TABLE checked (
    id INTEGER PRIMARY KEY,
    a integer CHECK (a > 0) /* ) */ CHECK (a < 10 /* of the "column" */),
    b text DEFAULT 'it''s "q" \
 end',
    c text DEFAULT '',
    CHECK (a <> 5 OR b = ')'),
    CHECK (length(c) <= 7)
);
CREATE INDEX odd_index ON checked (a, (a + 1), lower(b), c) WHERE (b <> ')' AND c IS NOT NULL);
CREATE UNIQUE INDEX odd_unique ON checked (lower(b));
CREATE INDEX ix_checked_a_b ON checked (a, b);
CREATE INDEX ix_checked_c ON checked (c) WHERE c > '';

CREATE TABLE [brackets] (
    [a b] INTEGER PRIMARY KEY,
    [c,d] TEXT CHECK ([c,d] <> ','),
    `e``f` TEXT CHECK (`e``f` <> ''),
    'g' TEXT
);
CREATE TABLE mixed (id TEXT PRIMARY KEY, who INTEGER REFERENCES Brackets ([A B]), other TEXT REFERENCES brackets);
CREATE TABLE typed (
    a,
    b ANY,
    c NUMERIC,
    d MONEY,
    e POINT,
    f TINYINT(1) DEFAULT 0,
    g UNSIGNED BIG INT,
    h NATIVE CHARACTER(70),
    i DOUBLE PRECISION,
    j TIMESTAMP WITH TIME ZONE,
    k TIME,
    l BOOLEAN DEFAULT 'f',
    PRIMARY KEY (c, f)
) WITHOUT ROWID;
