SELECT v.code, v.label || c.name AS text FROM (VALUES (1, 'one'), (2, 'two')) AS v(code, label) JOIN customers c ON c.id = v.code
--> code:
--> text: customers.name
--| customers.id
