-- The tables of the Sakila database; NUMBERED is the database's word for a key that it makes.
CREATE TABLE actor (
    actor_id NUMBERED,
    first_name VARCHAR(45) NOT NULL,
    last_name VARCHAR(45) NOT NULL,
    last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_actor_last_name ON actor (last_name);
CREATE TABLE country (country_id NUMBERED, country VARCHAR(50) NOT NULL, last_update TIMESTAMP);
CREATE TABLE city (
    city_id NUMBERED,
    city VARCHAR(50) NOT NULL,
    country_id INTEGER NOT NULL REFERENCES country (country_id) ON DELETE NO ACTION ON UPDATE CASCADE,
    last_update TIMESTAMP NOT NULL
);
CREATE INDEX idx_fk_country_id ON city (country_id);
CREATE TABLE address (
    address_id NUMBERED,
    address VARCHAR(50) NOT NULL,
    address2 VARCHAR(50) DEFAULT NULL,
    district VARCHAR(20) NOT NULL,
    city_id INTEGER NOT NULL REFERENCES city (city_id) ON UPDATE CASCADE,
    postal_code VARCHAR(10) DEFAULT NULL,
    phone VARCHAR(20) NOT NULL,
    last_update TIMESTAMP NOT NULL
);
CREATE INDEX idx_fk_city_id ON address (city_id);
CREATE TABLE language (language_id NUMBERED, name CHAR(20) NOT NULL, last_update TIMESTAMP NOT NULL);
CREATE TABLE category (category_id NUMBERED, name VARCHAR(25) NOT NULL, last_update TIMESTAMP NOT NULL);
CREATE TABLE film (
    film_id NUMBERED,
    title VARCHAR(255) NOT NULL,
    description TEXT DEFAULT NULL,
    release_year VARCHAR(4) DEFAULT NULL,
    language_id INTEGER NOT NULL REFERENCES language (language_id),
    original_language_id INTEGER DEFAULT NULL REFERENCES language (language_id),
    rental_duration SMALLINT DEFAULT 3 NOT NULL,
    rental_rate DECIMAL(4, 2) DEFAULT 4.99 NOT NULL,
    length SMALLINT DEFAULT NULL,
    replacement_cost DECIMAL(5, 2) DEFAULT 19.99 NOT NULL,
    rating VARCHAR(10) DEFAULT 'G' CHECK (rating IN ('G', 'PG', 'PG-13', 'R', 'NC-17')),
    special_features VARCHAR(100) DEFAULT NULL,
    last_update TIMESTAMP NOT NULL
);
CREATE INDEX idx_fk_language_id ON film (language_id);
CREATE INDEX idx_fk_original_language_id ON film (original_language_id);
CREATE TABLE film_actor (
    actor_id INTEGER NOT NULL REFERENCES actor (actor_id) ON UPDATE CASCADE,
    film_id INTEGER NOT NULL REFERENCES film (film_id) ON UPDATE CASCADE,
    last_update TIMESTAMP NOT NULL,
    PRIMARY KEY (actor_id, film_id)
);
CREATE INDEX idx_fk_film_actor_film ON film_actor (film_id);
CREATE TABLE film_category (
    film_id INTEGER NOT NULL REFERENCES film (film_id) ON UPDATE CASCADE,
    category_id INTEGER NOT NULL REFERENCES category (category_id) ON UPDATE CASCADE,
    last_update TIMESTAMP NOT NULL,
    PRIMARY KEY (film_id, category_id)
);
CREATE TABLE film_text (film_id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(255) NOT NULL, description TEXT);
CREATE TABLE staff (
    staff_id NUMBERED,
    first_name VARCHAR(45) NOT NULL,
    address_id INTEGER NOT NULL REFERENCES address (address_id) ON UPDATE CASCADE,
    email VARCHAR(50) DEFAULT NULL,
    store_id INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    username VARCHAR(16) NOT NULL,
    last_update TIMESTAMP NOT NULL
);
CREATE TABLE store (
    store_id NUMBERED,
    manager_staff_id INTEGER NOT NULL UNIQUE REFERENCES staff (staff_id),
    address_id INTEGER NOT NULL REFERENCES address (address_id),
    last_update TIMESTAMP NOT NULL
);
CREATE TABLE customer (
    customer_id NUMBERED,
    store_id INTEGER NOT NULL REFERENCES store (store_id) ON UPDATE CASCADE,
    first_name VARCHAR(45) NOT NULL,
    last_name VARCHAR(45) NOT NULL,
    email VARCHAR(50) DEFAULT NULL,
    address_id INTEGER NOT NULL REFERENCES address (address_id) ON UPDATE CASCADE,
    active BOOLEAN DEFAULT TRUE NOT NULL,
    create_date TIMESTAMP NOT NULL,
    last_update TIMESTAMP NOT NULL
);
CREATE TABLE inventory (
    inventory_id NUMBERED,
    film_id INTEGER NOT NULL REFERENCES film (film_id) ON UPDATE CASCADE,
    store_id INTEGER NOT NULL REFERENCES store (store_id) ON UPDATE CASCADE,
    last_update TIMESTAMP NOT NULL
);
CREATE INDEX idx_store_id_film_id ON inventory (store_id, film_id);
CREATE TABLE rental (
    rental_id NUMBERED,
    rental_date TIMESTAMP NOT NULL,
    inventory_id INTEGER NOT NULL REFERENCES inventory (inventory_id) ON UPDATE CASCADE,
    customer_id INTEGER NOT NULL REFERENCES customer (customer_id) ON UPDATE CASCADE,
    return_date TIMESTAMP DEFAULT NULL,
    staff_id INTEGER NOT NULL REFERENCES staff (staff_id) ON UPDATE CASCADE,
    last_update TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX idx_rental_uq ON rental (rental_date, inventory_id, customer_id);
CREATE TABLE payment (
    payment_id NUMBERED,
    customer_id INTEGER NOT NULL REFERENCES customer (customer_id) ON UPDATE CASCADE,
    staff_id INTEGER NOT NULL REFERENCES staff (staff_id) ON UPDATE CASCADE,
    rental_id INTEGER DEFAULT NULL REFERENCES rental (rental_id) ON DELETE SET NULL ON UPDATE CASCADE,
    amount DECIMAL(5, 2) NOT NULL,
    payment_date TIMESTAMP NOT NULL,
    last_update TIMESTAMP NOT NULL
);
