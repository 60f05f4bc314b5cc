SELECT sum(amount) FILTER (WHERE status = 'paid') AS paid,
       string_agg(status, ',' ORDER BY placed_at) AS history,
       count(DISTINCT customer_id) AS buyers, arg_max(id, amount) AS top
FROM orders
--> paid: orders.amount orders.status
--> history: orders.placed_at orders.status
--> buyers: orders.customer_id
--> top: orders.amount orders.id
