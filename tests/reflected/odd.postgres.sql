-- Names, keys and types that nobody should choose, and somebody did.
CREATE TABLE keywords (
    id bigserial PRIMARY KEY,
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
    id bigserial PRIMARY KEY,
    all_id bigint REFERENCES keywords (id), delete_id bigint REFERENCES keywords (id), find_id bigint REFERENCES keywords (id),
    new_id bigint REFERENCES keywords (id), query_id bigint REFERENCES keywords (id), clone_id bigint REFERENCES keywords (id)
);
CREATE TABLE "Model" (id bigserial PRIMARY KEY);
CREATE TABLE models (id bigserial PRIMARY KEY, who bigint REFERENCES keywords (id));
CREATE TABLE "Debug" (id bigserial PRIMARY KEY, who bigint UNIQUE REFERENCES keywords (id));
CREATE TABLE vec (id bigserial PRIMARY KEY);
CREATE TABLE "a.b" (id bigserial PRIMARY KEY, "x	y" text);
CREATE TABLE "日本" (id bigserial PRIMARY KEY);
CREATE TABLE " " (id bigserial PRIMARY KEY);

-- Keys that lead in a circle, to their own table, or share columns.
CREATE TABLE ring_a (id bigserial PRIMARY KEY, b_id bigint);
CREATE TABLE ring_b (id bigserial PRIMARY KEY, a_id bigint CONSTRAINT fk_ring_b_a_id REFERENCES ring_a (id));
ALTER TABLE ring_a ADD CONSTRAINT fk_ring_a_b_id FOREIGN KEY (b_id) REFERENCES ring_b (id);
CREATE TABLE tree (
    shop integer NOT NULL,
    id integer NOT NULL,
    above integer,
    PRIMARY KEY (shop, id),
    FOREIGN KEY (shop, above) REFERENCES tree (shop, id)
);
CREATE TABLE two_ways (
    id bigserial PRIMARY KEY,
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
    id bigserial PRIMARY KEY, a int, b int, c int, d int, e int, f int, g int, FOREIGN KEY (a, b, c, d, e, f, g) REFERENCES seven
);
CREATE TABLE chain_a (id smallint PRIMARY KEY);
CREATE TABLE chain_b (id integer PRIMARY KEY REFERENCES chain_a (id));
CREATE TABLE chain_c (id bigint PRIMARY KEY REFERENCES chain_b (id));
CREATE TABLE double_key (id bigserial PRIMARY KEY, a bigint REFERENCES ring_a (id) REFERENCES ring_b (id));
CREATE TABLE setter (
    id bigserial PRIMARY KEY,
    a bigint NOT NULL REFERENCES ring_a (id) ON DELETE SET NULL ON UPDATE SET DEFAULT,
    b bigint DEFAULT 5 REFERENCES ring_a (id) ON DELETE SET DEFAULT
);

CREATE TABLE checked (
    id bigserial PRIMARY KEY,
    a integer CHECK (a > 0) /* ) */ CHECK (a < 10 /* of the "column" */),
    b text DEFAULT 'it''s "q" \
 end',
    c text DEFAULT '',
    CHECK (a <> 5 OR b = ')'),
    CHECK (char_length(c) <= 7)
);
CREATE INDEX odd_index ON checked (a, (a + 1), lower(b), c) WHERE (b <> ')' AND c IS NOT NULL);
CREATE UNIQUE INDEX odd_unique ON checked (lower(b));
CREATE INDEX ix_checked_a_b ON checked (a, b);
CREATE INDEX ix_checked_c ON checked (c) WHERE c > '';

CREATE TABLE gen_key (a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY, c integer NOT NULL UNIQUE);
CREATE TABLE of_gen (id bigserial PRIMARY KEY, b integer REFERENCES gen_key, c integer GENERATED ALWAYS AS (5) STORED REFERENCES gen_key);
CREATE TABLE always (
    a bigint GENERATED ALWAYS AS IDENTITY, b bigint GENERATED ALWAYS AS IDENTITY, c serial, PRIMARY KEY (a, b)
);
CREATE TABLE only_odd (a bytea[]);
CREATE TABLE key_odd (a bytea[] PRIMARY KEY, b text);
CREATE TABLE typed (
    id integer[] PRIMARY KEY,
    a numeric[],
    b uuid[],
    c timestamptz[],
    d inet[],
    e varchar(5)[],
    f boolean[] DEFAULT '{t}',
    g integer[] DEFAULT ARRAY[1, 2],
    h interval,
    i money,
    j int4range,
    k bit(3),
    l "char",
    m oid,
    n name,
    o timetz,
    p tsvector,
    q integer DEFAULT '-1',
    r varchar(5) DEFAULT NULL,
    EXCLUDE USING gist (j WITH &&)
);
CREATE TYPE "Odd Type" AS ENUM ('Self', 'self', 'a', 'A', '1', 'ü', '-');
CREATE TABLE chosen (id "Odd Type" PRIMARY KEY, list "Odd Type"[] NOT NULL DEFAULT '{}');
CREATE TABLE of_chosen (id bigserial PRIMARY KEY, e "Odd Type" DEFAULT 'A' REFERENCES chosen);
CREATE TABLE filled (id bigint PRIMARY KEY, a integer NOT NULL);
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT ON filled FOR EACH ROW EXECUTE FUNCTION fill();
