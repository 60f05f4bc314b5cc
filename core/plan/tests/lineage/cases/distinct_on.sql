SELECT DISTINCT ON (customer_id) customer_id, amount FROM orders ORDER BY customer_id, placed_at DESC
--> customer_id: orders.customer_id
--> amount: orders.amount
--| orders.customer_id orders.placed_at
