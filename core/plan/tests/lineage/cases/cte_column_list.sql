WITH t(who, what) AS (SELECT customer_id, amount FROM orders)
SELECT what AS a, who AS b FROM t
--> a: orders.amount
--> b: orders.customer_id
