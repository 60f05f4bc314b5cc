SELECT e.name AS employee, m.name AS manager, e.id + m.id AS both
FROM employees e LEFT JOIN employees m ON e.manager_id = m.id
--> employee: employees.name
--> manager: employees.name
--> both: employees.id
--| employees.id employees.manager_id
