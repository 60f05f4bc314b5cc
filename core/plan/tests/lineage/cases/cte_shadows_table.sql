WITH orders AS (SELECT id AS amount, amount AS id FROM main.orders)
SELECT id, amount FROM orders
--> id: orders.amount
--> amount: orders.id
