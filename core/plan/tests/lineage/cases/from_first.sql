FROM orders SELECT amount AS a, status WHERE id > 1 LIMIT 2
--> a: orders.amount
--> status: orders.status
--| orders.id
