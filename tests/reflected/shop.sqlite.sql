-- A shop as several programs left it: names that are keywords or no identifiers, keys of every shape, and the tables of Django
-- and Rails beside each other.
CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "first name" VARCHAR(80) NOT NULL,
    email VARCHAR(254) COLLATE NOCASE UNIQUE,
    "type" VARCHAR(20) NOT NULL DEFAULT "person",
    manager_id INTEGER REFERENCES people (id) ON DELETE SET NULL,
    "self" TEXT,
    "2nd phone" TEXT CHECK ("2nd phone" <> ''),
    is_active BOOLEAN NOT NULL DEFAULT 1,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    birthday DATE,
    balance DECIMAL(10, 2) NOT NULL DEFAULT 0.00 CHECK (balance >= 0) CHECK (balance < 1000000),
    photo BLOB,
    token UUID,
    settings JSON
);
CREATE INDEX people_created ON people ("createdAt" DESC);
CREATE INDEX people_named ON people (lower("first name"), "type") WHERE is_active;
CREATE UNIQUE INDEX people_token ON people (token) WHERE token IS NOT NULL;
CREATE INDEX ix_people_birthday ON people (birthday);

CREATE TABLE categories (id INTEGER PRIMARY KEY, parent_id INT REFERENCES categories, title TEXT NOT NULL);
CREATE INDEX ix_categories_parent_id ON categories (parent_id);

CREATE TABLE products (
    vendor_code CHAR(3) NOT NULL,
    number INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    price REAL NOT NULL,
    quantity INTEGER NOT NULL DEFAULT 0,
    worth REAL GENERATED ALWAYS AS (price * quantity) STORED,
    label TEXT AS (vendor_code || '-' || number),
    category INTEGER REFERENCES categories (id),
    PRIMARY KEY (vendor_code, number),
    CONSTRAINT cheap CHECK (price < 10000 AND quantity >= 0), -- of the table
    UNIQUE (title, vendor_code)
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    buyer_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE ON UPDATE CASCADE,
    clerk_id INTEGER REFERENCES people (id) ON DELETE RESTRICT,
    updated_at TIMESTAMP
);
CREATE INDEX orders_of_buyer ON orders (buyer_id, updated_at);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    line SMALLINT NOT NULL,
    vendor_code CHAR(3) NOT NULL,
    product_number INTEGER NOT NULL,
    PRIMARY KEY (order_id, line),
    FOREIGN KEY (vendor_code, product_number) REFERENCES products (vendor_code, number)
);

-- One row for each person, by its key.
CREATE TABLE passports (person_id INTEGER PRIMARY KEY REFERENCES people (id), code TEXT NOT NULL UNIQUE);

-- A link table with nothing else, one as Django makes it, and one that says more.
CREATE TABLE people_categories (
    person_id INTEGER NOT NULL REFERENCES people (id),
    category_id INTEGER NOT NULL REFERENCES categories (id),
    PRIMARY KEY (person_id, category_id)
);
CREATE TABLE shop_order_tags (
    id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    order_id bigint NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    tag_id bigint NOT NULL REFERENCES tags (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX shop_order_tags_uniq ON shop_order_tags (order_id, tag_id);
CREATE TABLE tags (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, slug varchar(50) NOT NULL UNIQUE, query_id bigint REFERENCES people);
CREATE TABLE friendships (
    person_id INTEGER NOT NULL REFERENCES people (id),
    friend_id INTEGER NOT NULL REFERENCES people (id),
    since TEXT NOT NULL DEFAULT (date('now')),
    UNIQUE (person_id, friend_id)
);

-- Rails, and what no program names.
CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);
CREATE TABLE "Odd ""Table""" ("key" TEXT PRIMARY KEY, "a b" INT, "a_b" INT, "loop" INT, "größe" REAL);
CREATE TABLE "option" (id BIGINT PRIMARY KEY, any_thing);
CREATE TABLE log (message TEXT, at DATETIME, person_id integer REFERENCES people (id));
CREATE TABLE "user" (id INTEGER PRIMARY KEY);
CREATE TABLE users (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people (id), nowhere INTEGER REFERENCES gone (id));
CREATE VIEW cheap AS SELECT title FROM products WHERE price < 1;
CREATE VIRTUAL TABLE notes USING fts5(body);
