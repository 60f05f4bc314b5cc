SELECT * EXCLUDE (status, PLACED_AT) REPLACE (amount / 100 + customer_id AS Amount) RENAME (customer_id AS who) FROM orders
--> id: orders.id
--> who: orders.customer_id
--> Amount: orders.amount orders.customer_id
