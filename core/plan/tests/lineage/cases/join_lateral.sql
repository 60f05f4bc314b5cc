SELECT c.name, last.amount
FROM customers c, LATERAL (SELECT o.amount FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC LIMIT 1) AS last
--> name: customers.name
--> amount: orders.amount
--| customers.id orders.customer_id orders.placed_at
