SELECT * FROM (SELECT id, city FROM customers) FULL JOIN (SELECT id, manager_id FROM employees) USING (id) LEFT JOIN (SELECT id, tags FROM docs) USING (id)
--> id: customers.id employees.id
--> city: customers.city
--> manager_id: employees.manager_id
--> tags: docs.tags
--| customers.id docs.id employees.id
