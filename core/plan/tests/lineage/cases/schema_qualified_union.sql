SELECT id, amount FROM Orders UNION SELECT archive.orders.id, orders.amount FROM ARCHIVE.orders
--> id: archive.orders.id orders.id
--> amount: archive.orders.amount orders.amount
--| archive.orders.amount archive.orders.id orders.amount orders.id
