SELECT * FROM items RIGHT JOIN products USING (sku)
--> order_id: items.order_id
--> sku: products.sku
--> qty: items.qty
--> price: items.price
--> title: products.title
--> category: products.category
--| items.sku products.sku
