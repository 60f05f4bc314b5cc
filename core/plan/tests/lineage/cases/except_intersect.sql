(SELECT id FROM customers EXCEPT SELECT customer_id FROM orders WHERE status = 'void')
INTERSECT SELECT id FROM employees
--> id: customers.id
--| customers.id employees.id orders.customer_id orders.status
