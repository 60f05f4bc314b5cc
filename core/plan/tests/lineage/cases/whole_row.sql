SELECT c AS row, c.name FROM customers c WHERE vip
--> row: customers.city customers.id customers.name customers.vip
--> name: customers.name
--| customers.vip
