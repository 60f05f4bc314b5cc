SELECT id,
       row_number() OVER (PARTITION BY customer_id ORDER BY placed_at) AS nth,
       sum(amount) OVER w AS running,
       lag(status, 1, 'none') OVER w AS before,
       count(*) OVER () AS n
FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY id)
--> id: orders.id
--> nth: orders.customer_id orders.placed_at
--> running: orders.amount orders.customer_id orders.id
--> before: orders.customer_id orders.id orders.status
--> n:
