SELECT * FROM items JOIN products USING (sku)
--> order_id: items.order_id
--> sku: items.sku
--> qty: items.qty
--> price: items.price
--> title: products.title
--> category: products.category
--| items.sku products.sku
