SELECT c.name, (SELECT max(amount) FROM orders WHERE customer_id = c.id) AS biggest
FROM customers AS c
--> name: customers.name
--> biggest: customers.id orders.amount orders.customer_id
