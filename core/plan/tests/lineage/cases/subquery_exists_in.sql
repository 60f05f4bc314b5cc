SELECT name, EXISTS (FROM orders o WHERE o.customer_id = c.id) AS buys
FROM customers c
WHERE id IN (SELECT customer_id FROM orders WHERE status = 'paid') AND city = ANY (SELECT city FROM customers WHERE vip)
--> name: customers.name
--> buys: customers.id orders.customer_id
--| customers.city customers.id customers.vip orders.customer_id orders.status
