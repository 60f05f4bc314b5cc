SELECT id, name FROM customers UNION ALL SELECT manager_id, name FROM employees WHERE id > 1
--> id: customers.id employees.manager_id
--> name: customers.name employees.name
--| employees.id
