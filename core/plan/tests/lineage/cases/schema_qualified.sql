SELECT o.id, archive.orders.status AS s, a.amount FROM main.orders o, archive.orders, archive.orders a
WHERE archive.orders.id = a.id
--> id: orders.id
--> s: archive.orders.status
--> amount: archive.orders.amount
--| archive.orders.id
