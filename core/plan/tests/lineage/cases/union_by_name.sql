SELECT id, name, city FROM customers UNION ALL BY NAME SELECT manager_id, NAME, id FROM employees
--> id: customers.id employees.id
--> name: customers.name employees.name
--> city: customers.city
--> manager_id: employees.manager_id
