-- The base tables of the cases, with rows enough for every query to yield some.
CREATE TABLE customers (id INTEGER, name VARCHAR, city VARCHAR, vip BOOLEAN);
INSERT INTO customers VALUES (1, 'Ada', 'Rome', true), (2, 'Bo', 'Oslo', false), (3, 'Cy', 'Rome', true);

CREATE TABLE orders (id INTEGER, customer_id INTEGER, amount INTEGER, status VARCHAR, placed_at TIMESTAMP);
INSERT INTO orders VALUES
    (1, 1, 100, 'paid', '2024-01-01 10:00:00'), (2, 1, 250, 'open', '2024-01-02 11:00:00'),
    (3, 2, 75, 'paid', '2024-02-03 12:00:00'), (4, 3, 30, 'void', '2024-03-04 13:00:00');

CREATE TABLE items (order_id INTEGER, sku VARCHAR, qty INTEGER, price INTEGER);
INSERT INTO items VALUES (1, 'a', 2, 50), (2, 'b', 1, 250), (3, 'a', 3, 25), (4, 'c', 1, 30);

CREATE TABLE products (sku VARCHAR, title VARCHAR, category VARCHAR);
INSERT INTO products VALUES ('a', 'Apple', 'fruit'), ('b', 'Bag', 'goods'), ('c', 'Cup', 'goods');

CREATE TABLE employees (id INTEGER, name VARCHAR, manager_id INTEGER);
INSERT INTO employees VALUES (1, 'Root', NULL), (2, 'Left', 1), (3, 'Leaf', 2);

CREATE TABLE docs (id INTEGER, tags VARCHAR[], attrs STRUCT(lang VARCHAR, pages INTEGER));
INSERT INTO docs VALUES
    (1, ['x', 'y'], {'lang': 'en', 'pages': 3}), (2, ['y', 'zz'], {'lang': 'de', 'pages': 9});

CREATE TABLE quotes (symbol VARCHAR, ts TIMESTAMP, price INTEGER);
INSERT INTO quotes VALUES ('s', '2024-01-01 09:00:00', 10), ('s', '2024-01-01 09:30:00', 11);

CREATE TABLE trades (symbol VARCHAR, ts TIMESTAMP, volume INTEGER);
INSERT INTO trades VALUES ('s', '2024-01-01 09:15:00', 500), ('s', '2024-01-01 09:45:00', 700);

CREATE TABLE sales (region VARCHAR, year INTEGER, quarter INTEGER, amount INTEGER);
INSERT INTO sales VALUES ('n', 2023, 1, 10), ('n', 2024, 2, 20), ('s', 2023, 1, 30), ('s', 2024, 2, 40);

CREATE TABLE months (emp INTEGER, jan INTEGER, feb INTEGER, mar INTEGER);
INSERT INTO months VALUES (1, 10, 20, 30), (2, 11, 21, 31);

CREATE TABLE "Mixed Case" ("Order ID" INTEGER, "Total" INTEGER, "select" VARCHAR);
INSERT INTO "Mixed Case" VALUES (1, 10, 'p'), (2, 20, 'q');

CREATE SCHEMA archive;
CREATE TABLE archive.orders (id INTEGER, customer_id INTEGER, amount INTEGER, status VARCHAR, placed_at TIMESTAMP);
INSERT INTO archive.orders VALUES (9, 2, 500, 'paid', '2020-05-05 05:00:00');
