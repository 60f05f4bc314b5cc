SELECT sku, qty, title FROM items FULL JOIN products USING (sku)
--> sku: items.sku products.sku
--> qty: items.qty
--> title: products.title
--| items.sku products.sku
