SELECT *, amount * 2 AS twice FROM orders WHERE amount > 0
--> id: orders.id
--> customer_id: orders.customer_id
--> amount: orders.amount
--> status: orders.status
--> placed_at: orders.placed_at
--> twice: orders.amount
--| orders.amount
