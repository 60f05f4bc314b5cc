SELECT c.*, o.amount FROM orders o, customers c WHERE o.customer_id = c.id
--> id: customers.id
--> name: customers.name
--> city: customers.city
--> vip: customers.vip
--> amount: orders.amount
--| customers.id orders.customer_id
