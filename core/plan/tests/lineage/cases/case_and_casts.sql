SELECT CASE WHEN status = 'paid' THEN amount::DOUBLE ELSE 0 END AS got,
       CAST(placed_at AS DATE) AS day, TRY_CAST(status AS INTEGER) AS n,
       coalesce(status, id::VARCHAR) AS s, extract(year FROM placed_at) AS year,
       amount BETWEEN id AND customer_id AS within, status IN ('a', 'b') AS known, DATE '2024-01-01' AS d
FROM orders
--> got: orders.amount orders.status
--> day: orders.placed_at
--> n: orders.status
--> s: orders.id orders.status
--> year: orders.placed_at
--> within: orders.amount orders.customer_id orders.id
--> known: orders.status
--> d:
