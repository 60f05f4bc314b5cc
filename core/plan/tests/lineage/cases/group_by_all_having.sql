SELECT city, upper(name) AS who, count(*) AS n, sum(amount) AS total
FROM customers c JOIN orders o ON o.customer_id = c.id
GROUP BY ALL HAVING max(placed_at) > '2020-01-01' ORDER BY total DESC
--> city: customers.city
--> who: customers.name
--> n:
--> total: orders.amount
--| customers.city customers.id customers.name orders.amount orders.customer_id orders.placed_at
