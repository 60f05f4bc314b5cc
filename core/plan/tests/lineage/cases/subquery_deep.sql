SELECT t.x, t.y FROM (SELECT u.a AS x, (SELECT max(p.title) FROM products p WHERE p.sku = u.b) AS y
      FROM (SELECT order_id AS a, sku AS b FROM items WHERE qty > 0) u) t
WHERE t.x > (SELECT avg(id) FROM orders) - 100
--> x: items.order_id
--> y: items.sku products.sku products.title
--| items.order_id items.qty orders.id
