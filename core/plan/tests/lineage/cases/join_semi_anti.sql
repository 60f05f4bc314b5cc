SELECT * FROM customers SEMI JOIN orders ON customers.id = orders.customer_id ANTI JOIN sales ON customers.city = sales.region
--> id: customers.id
--> name: customers.name
--> city: customers.city
--> vip: customers.vip
--| customers.city customers.id orders.customer_id sales.region
