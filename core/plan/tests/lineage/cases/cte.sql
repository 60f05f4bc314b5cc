WITH paid AS (SELECT customer_id, amount FROM orders WHERE status = 'paid'),
     sums AS (SELECT customer_id AS cid, sum(amount) AS total FROM paid GROUP BY customer_id)
SELECT c.name, s.total FROM sums s JOIN customers c ON c.id = s.cid
--> name: customers.name
--> total: orders.amount
--| customers.id orders.customer_id orders.status
