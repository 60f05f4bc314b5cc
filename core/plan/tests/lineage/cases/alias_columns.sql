SELECT a, o.b FROM orders AS o(a, b) WHERE amount > 0
--> a: orders.id
--> b: orders.customer_id
--| orders.amount
