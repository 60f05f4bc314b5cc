SELECT amount * 2 AS twice, twice + id AS more, more AS status, status AS old FROM orders WHERE twice > 10
--> twice: orders.amount
--> more: orders.amount orders.id
--> status: orders.amount orders.id
--> old: orders.status
--| orders.amount
