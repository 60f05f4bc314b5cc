SELECT * FROM (SELECT name FROM customers) POSITIONAL JOIN (SELECT title FROM products)
--> name: customers.name
--> title: products.title
