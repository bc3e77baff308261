-- Adds people with orders and a history; `ask` says which numbers and when now is (benchmarks/filled_store.py).
-- One customer's rows follow each other, so every index grows at its end.
CREATE TEMP VIEW people AS
WITH RECURSIVE counted(n) AS (
    SELECT first FROM ask WHERE first < past
    UNION ALL
    SELECT n + 1 FROM counted, ask WHERE n + 1 < past
)
SELECT n, 'f1' || printf('%030x', n) AS id FROM counted;

CREATE TEMP TABLE days AS
WITH RECURSIVE counted(ago) AS (SELECT 0 UNION ALL SELECT ago + 1 FROM counted WHERE ago < 800)
SELECT ago, strftime('%Y-%m-%d %H:%M:%S.000000', now, '-' || ago || ' days') AS moment FROM counted, ask;
CREATE UNIQUE INDEX days_ago ON days (ago);

-- Two orders each.
CREATE TEMP TABLE times (k);
INSERT INTO times VALUES (0), (1);
-- Ten lines of history each.
CREATE TEMP TABLE lines (k);
INSERT INTO lines VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);

BEGIN;

INSERT INTO customers (id, external_ref, name, given_name, email, created_at)
SELECT id, ref || n, 'Customer ' || n, 'Customer', 'c' || n || '@example.com', moment
FROM ask, people CROSS JOIN days ON ago = n % 700;

INSERT INTO customer_words (customer_id, word, at)
SELECT id, 'castamer', moment FROM people CROSS JOIN days ON ago = n % 700;

INSERT INTO orders (
    id, number, customer_id, status, placed_at, promised_by, delivered_at, total, delivery_fee,
    payment_method, address_line, address_area, address_city
)
SELECT
    'f2' || printf('%030x', n * 2 + k), 'KT-' || (first_order + n * 2 + k), id, 'delivered',
    placed.moment, substr(delivered.moment, 1, 10), delivered.moment, 125000, 6000,
    'cod', 'House 1', 'Mirpur', 'Dhaka'
FROM ask, people CROSS JOIN times
CROSS JOIN days AS delivered ON delivered.ago = k * 60 + n % 60
CROSS JOIN days AS placed ON placed.ago = k * 60 + n % 60 + 4;

INSERT INTO order_lines (
    id, order_id, product_id, position, product_name, product_name_bn, category, quantity, unit_price
)
SELECT
    'f3' || printf('%030x', n * 2 + k), 'f2' || printf('%030x', n * 2 + k), product.id, 1,
    product.name, product.name_bn, product.category, 1, 119000
FROM people CROSS JOIN times
CROSS JOIN (SELECT id, name, name_bn, category FROM products ORDER BY id LIMIT 1) AS product;

INSERT INTO interactions (customer_id, kind, at, facts)
SELECT id, 'order_delivered', moment, '{}'
FROM people CROSS JOIN lines CROSS JOIN days ON ago = k * 30 + n % 30;

-- The words are there already: nobody has to read a million customers for them while we measure.
INSERT OR REPLACE INTO search_progress (pass_name, position) VALUES ('all_customers', 'done');
INSERT OR REPLACE INTO search_progress (pass_name, position)
SELECT 'changed_customers', CAST(max(id) AS TEXT) FROM interactions;

COMMIT;
ANALYZE;
