SELECT customer_id, amount, rank() OVER (PARTITION BY customer_id ORDER BY amount DESC) AS place
FROM orders QUALIFY place = 1 AND row_number() OVER (ORDER BY placed_at) < 100
--> customer_id: orders.customer_id
--> amount: orders.amount
--> place: orders.amount orders.customer_id
--| orders.amount orders.customer_id orders.placed_at
